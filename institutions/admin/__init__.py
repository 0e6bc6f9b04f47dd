"""The institutions' pages of the web admin; importing this registers them."""

from institutions.admin import colleagues, institutions, members, networks, partner_systems

__all__ = ["colleagues", "institutions", "members", "networks", "partner_systems"]
