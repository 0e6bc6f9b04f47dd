"""The institutions' pages of the web admin; importing this registers them."""

from institutions.admin import colleagues, institutions, networks, partner_systems

__all__ = ["colleagues", "institutions", "networks", "partner_systems"]
