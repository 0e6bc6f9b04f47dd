"""The network's picture as it is kept, beside the same counted from all rows."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

from django.db import connection

from deals.selectors import network_picture as selector
from deals.selectors.network_picture import REPORTING, Picture, financed_projects, network_picture
from institutions.isolation.session import acting_as
from institutions.models import Staff

_OF_WHAT_IS_KEPT = "deals.picture_now(r.day)"
_OF_ALL = (
    "(SELECT NULL::uuid AS kept, ARRAY(SELECT DISTINCT coalesce(d.supersedes_id, d.id) FROM deals_deal d) AS roots)"
)


def keep() -> int:
    """As the worker does every ten seconds, until nothing is left; how much that was."""
    total, counted = 0, 1
    while counted:
        with connection.cursor() as cursor:
            cursor.execute("SELECT deals.keep_picture(%s)", [REPORTING])
            (counted,) = cursor.fetchone()
        total += counted
    return total


def seen_by(who: Staff) -> Picture:
    with acting_as(who):
        return network_picture()


def counted_anew(who: Staff) -> Picture:
    """The same without anything that is kept."""
    with _without_what_is_kept():
        return seen_by(who)


def is_as_counted(who: Staff) -> bool:
    """Whether the picture, and whose projects have firm money, are what all rows come to."""
    with _without_what_is_kept(), acting_as(who):
        counted = network_picture(), financed_projects()
    with acting_as(who):
        return (network_picture(), financed_projects()) == counted


@contextmanager
def _without_what_is_kept() -> Iterator[None]:
    with ExitStack() as patched:
        for name in ("_SUMS", "_FINANCED"):
            asked = getattr(selector, name)
            assert _OF_WHAT_IS_KEPT in asked
            patched.enter_context(patch.object(selector, name, asked.replace(_OF_WHAT_IS_KEPT, _OF_ALL)))
        yield
