"""The network's pages of the web admin; importing this registers them."""

from network.admin import downloads, follows, guide, health, imports, mail, sealed_log, watches, webhooks

__all__ = ["downloads", "follows", "guide", "health", "imports", "mail", "sealed_log", "watches", "webhooks"]
