"""The network's pages of the web admin; importing this registers them."""

from network.admin import follows, mail

__all__ = ["follows", "mail"]
