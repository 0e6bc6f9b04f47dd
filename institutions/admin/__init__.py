"""The institutions' pages of the web admin; importing this registers them."""

from institutions.admin import institutions, networks

__all__ = ["institutions", "networks"]
