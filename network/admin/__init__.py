"""The network's pages of the web admin; importing this registers them."""

from network.admin import follows, mail, webhooks

__all__ = ["follows", "mail", "webhooks"]
