"""The database: who connects, and for how long."""

import os
from typing import Any
from urllib.parse import unquote, urlsplit

from config.embedded import addresses

# `app` is the only role that serves requests and tasks; `owner` changes the schema and does nothing else.
DATABASE_ROLE = os.environ.get("ORE_DATABASE_ROLE", "app")
# PgBouncer keeps prepared statements apart from 1.21 on; behind an older one, in transaction mode, there must be none.
PREPARED = os.environ.get("ORE_PREPARED_STATEMENTS", "1") == "1"


# What PostgreSQL's own addresses say of TLS, such as `?sslmode=verify-full&sslrootcert=/ca.pem`.
OF_TLS = ("sslmode", "sslrootcert", "sslcert", "sslkey")


def connection(url: str) -> dict[str, Any]:
    """Django's settings for one PostgreSQL URL; `?host=` names a socket folder."""
    parts = urlsplit(url)
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if pair)
    return {
        "ENGINE": "config.postgres",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(query.get("host", "")) or parts.hostname or "",
        "PORT": query.get("port", "") or str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # Parameters are bound by the server: a statement that comes again is planned once for its connection.
        "OPTIONS": {"server_side_binding": True, "prepare_threshold": 3 if PREPARED else None}
        | {name: unquote(query[name]) for name in OF_TLS if name in query},
    }


DATABASES = {"default": connection(addresses.database_url(DATABASE_ROLE))}
# Exports and the network's picture are read there, as long as it is as far as the primary (isolation/standby.py).
if STANDBY := os.environ.get("DATABASE_STANDBY_URL"):
    DATABASES["standby"] = connection(STANDBY) | {"TEST": {"MIRROR": "default"}}
