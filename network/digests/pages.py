"""Where a mail's links lead."""

from django.conf import settings
from django.urls import reverse


def page(name: str, *args: object) -> str:
    """The address of a page of the web admin; whoever is not logged in comes to it right after logging in."""
    return settings.PUBLIC_URL.rstrip("/") + reverse(f"admin:{name}", args=args)
