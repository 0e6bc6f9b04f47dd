"""Where database, broker and secrets are: from the environment, else from the embedded services' own file."""

import json
import os
from pathlib import Path


class NoServices(RuntimeError):
    """Neither the environment nor the data folder says where the services are."""


def data_folder() -> Path:
    """The folder of all state: ORE_DATA, or `var/` beside manage.py."""
    chosen = os.environ.get("ORE_DATA")
    return Path(chosen).resolve() if chosen else Path(__file__).resolve().parent.parent.parent / "var"


def _services() -> dict[str, dict[str, str]]:
    try:
        found: dict[str, dict[str, str]] = json.loads((data_folder() / "services.json").read_text())
    except FileNotFoundError:
        return {}
    return found


def web_address() -> str:
    """What links in mail begin with: ORE_PUBLIC_URL, else where the last run of the data folder answers."""
    chosen = os.environ.get("ORE_PUBLIC_URL")
    if chosen:
        return chosen
    try:
        return str(json.loads((data_folder() / "run.json").read_text())["address"])
    except (OSError, ValueError, KeyError):
        return "http://127.0.0.1:8000"


def database_url(role: str) -> str:
    """The URL of `app` (DATABASE_URL) or `owner` (DATABASE_OWNER_URL)."""
    name = "DATABASE_URL" if role == "app" else "DATABASE_OWNER_URL"
    return os.environ.get(name) or _services().get("database", {}).get(role) or "postgresql:///orebook"


def broker_url() -> str:
    """The broker's URL (REDIS_URL)."""
    return os.environ.get("REDIS_URL") or _services().get("broker", {}).get("url") or "redis://127.0.0.1:6379/0"


def broker_client_url() -> str:
    """The broker's URL as the redis client reads it: Celery writes a socket in a form of its own."""
    return broker_url().replace("redis+socket://", "unix://")


def secret(name: str) -> str:
    """A secret of this installation (ORE_SECRET_DJANGO, ORE_SECRET_SEAL)."""
    found = os.environ.get(f"ORE_SECRET_{name.upper()}") or _services().get("secrets", {}).get(name)
    if not found:
        raise NoServices(f"No secret '{name}': start the services with `make run`, or set ORE_SECRET_{name.upper()}.")
    return found
