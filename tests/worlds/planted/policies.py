"""Policies that let too much through, and ways round them."""

import os

import pytest
from django.db import connections

from config.settings.database import connection as settings_of
from tests.worlds.planted.leak import Leak


def _as_the_owner(patch: pytest.MonkeyPatch) -> None:
    """A deployment with the wrong address of the database: that of the tables' owner."""
    connections.close_all()
    owner = settings_of(os.environ["DATABASE_OWNER_URL"])
    for name in ("USER", "PASSWORD"):
        patch.setitem(connections["default"].settings_dict, name, owner[name])


def _open(table: str) -> str:
    return f"ALTER POLICY wall_read ON {table} USING (true)"


# What is one's institution's own is one's own: whoever wrote it forgot the deal's team.
_OWN = "owner_id = (SELECT wall.me())"
_VIEW = """
CREATE VIEW leak.sizes AS SELECT * FROM deals_size;
GRANT SELECT ON leak.sizes TO orebook_app;
CREATE OR REPLACE FUNCTION deals.committed(deals_ uuid[])
RETURNS TABLE (commitment_id uuid, amount numeric, currency text, qualifier text, joint_id uuid)
LANGUAGE sql STABLE AS $$
    SELECT s.commitment_id, s.amount, s.currency, s.qualifier, s.joint_id
    FROM leak.sizes s WHERE s.deal_id = ANY (deals_)
$$;
"""
# An event goes to whom it is addressed to; somebody made that 'or to whoever asks'.
_ADDRESSED = """
CREATE POLICY leak_read ON institutions_event FOR SELECT TO orebook_app USING (addressee IS NOT NULL)
"""
_STACKS = r"stack"
POLICIES = (
    Leak("a connection as the tables' owner", "a rival's system", "", _as_the_owner),
    Leak("USING (true) on prices", "a rival's system", "", sql=_open("deals_price")),
    Leak(
        "USING (true) on commitments", "a rival's officer", r"^admin/deals/commitment/$",
        sql=_open("deals_commitment"), short=True,
    ),
    Leak(
        "USING (true) on where rows stand and on who may see them", "a rival's system",
        r"^api/v1/external-references$",
        sql=f"{_open('institutions_standing')}; {_open('institutions_audience')}",
    ),
    Leak(
        "one's institution's own rows, whatever the deal's team", "a colleague outside the team",
        r"^admin/(deals/commitment|$)",
        sql=f"CREATE POLICY leak_read ON deals_commitment FOR SELECT TO orebook_app USING ({_OWN})",
    ),
    Leak("a view with its owner's rights under the stack", "a rival's system", _STACKS, sql=_VIEW),
    Leak("events addressed to others, over REST", "a rival's system", r"^api/v1/events$", sql=_ADDRESSED),
    Leak(
        "others' events on the page of history", "an observer", "", sql=_open("institutions_event"),
    ),
)  # fmt: skip
