"""The web admin (django-unfold)."""

from typing import Any

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Orebook",
    "SITE_HEADER": "Orebook",
    "SHOW_HISTORY": False,
}
