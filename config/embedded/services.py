"""Both embedded services together, and the file that tells everyone where they are."""

import json
import secrets
from collections.abc import Mapping
from pathlib import Path

import psycopg

from config.embedded import addresses
from config.embedded.broker import Broker
from config.embedded.errors import ServiceError
from config.embedded.files import write_private
from config.embedded.postgres import ROLES, Postgres
from config.embedded.roles import make_roles

FILE = "services.json"


def up(data: Path | None = None, *, durable: bool = True, settings: Mapping[str, str] | None = None) -> None:
    """Start PostgreSQL and the broker of a data folder, and write its services.json. `settings` are PostgreSQL's.

    What this starts ends with the process that called it. Services that run already are left as they are.
    Raises ServiceError.
    """
    data = (data or addresses.data_folder()).resolve()
    postgres, broker = Postgres(data, durable=durable, settings=settings), Broker(data, durable=durable)
    was_running = postgres.running()
    postgres.start()
    try:
        broker.start()
        passwords = postgres.passwords()
        make_roles(postgres.url("admin", "postgres"), passwords["owner"], passwords["app"])
        write_addresses(data, postgres, broker)
    except BaseException as error:
        if not was_running:
            postgres.stop()
        if isinstance(error, psycopg.Error):
            raise ServiceError(f"The roles could not be made: {error}\nLook: tail {postgres.log}") from error
        raise


def down(data: Path | None = None) -> None:
    """Stop both services of a data folder, whoever started them. Raises ServiceError."""
    data = (data or addresses.data_folder()).resolve()
    try:
        Broker(data).stop()
    finally:
        Postgres(data).stop()


def write_addresses(data: Path, postgres: Postgres, broker: Broker) -> None:
    """Write services.json, readable by its owner only; secrets that are there already stay."""
    found = {
        "database": {role: postgres.url(role) for role in ROLES},
        "broker": {"url": broker.url},
        "secrets": _secrets(data),
    }
    write_private(data / FILE, json.dumps(found, indent=1))


def ensure_secrets(data: Path) -> None:
    """Write a services.json of secrets alone, for servers that the environment names."""
    data.mkdir(parents=True, exist_ok=True)
    write_private(data / FILE, json.dumps({"secrets": _secrets(data)}, indent=1))


def _secrets(data: Path) -> dict[str, str]:
    try:
        kept: dict[str, str] = json.loads((data / FILE).read_text())["secrets"]
    except FileNotFoundError:
        kept = {}
    return {name: kept.get(name) or secrets.token_urlsafe(48) for name in ("django", "seal")}
