"""A client of a bank, as programs outside get it: by the environment."""

from institutions.isolation.session import acting_as
from institutions.services.clients import issue_client
from tests.api import WRITES, ask_token


def issued(bank: str) -> dict[str, str]:
    """`ID`, `SECRET` and a `TOKEN`."""
    with acting_as(None):
        made = issue_client(institution=bank, scopes=WRITES.split())
    token = ask_token(made.client.client_id, made.secret)
    return {"ID": made.client.client_id, "SECRET": made.secret, "TOKEN": token.body["access_token"]}
