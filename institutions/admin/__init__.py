"""The institutions' pages of the web admin; importing this registers them."""

from institutions.admin import institutions, networks, partner_systems

__all__ = ["institutions", "networks", "partner_systems"]
