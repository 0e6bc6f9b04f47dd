"""The network's pages of the web admin; importing this registers them."""

from network.admin import downloads, follows, mail, webhooks

__all__ = ["downloads", "follows", "mail", "webhooks"]
