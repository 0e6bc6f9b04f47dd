"""Refusals that depend on a hidden row, or tell it from a missing one."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet

from deals.services import commitments, deal_moves
from institutions.admin.reading import ReadingAdmin
from institutions.api.conventions import bodies, resources
from institutions.api.conventions.problems import Fault, Problem
from institutions.refusals import Refusal
from tests.worlds.planted.leak import Leak, exists, how_many, past


def _of_another(patch: pytest.MonkeyPatch) -> None:
    """A body that names a hidden row is told that it belongs to another."""
    named = bodies.all_named

    def all_named(rows: QuerySet[Any], keys: Sequence[UUID], pointer: Callable[[int], str]) -> list[Model]:
        for at, key in enumerate(keys):
            if not rows.filter(pk=key).exists() and exists(rows.model._meta.db_table, key):
                raise Problem.invalid([Fault(pointer(at), "of_another", "This belongs to another.")], status=422)
        return named(rows, keys, pointer)

    patch.setattr(bodies, "all_named", all_named)


def _forbidden(patch: pytest.MonkeyPatch) -> None:
    """403 for what is there and not the asker's to see."""
    shown = resources.shown

    def showing(resource: Any, key: Any) -> Any:
        try:
            return shown(resource, key)
        except Problem:
            _refuse_hidden(resource.reading.rows().model._meta.db_table, str(key))
            raise

    patch.setattr(resources, "shown", showing)


def _forbidden_page(patch: pytest.MonkeyPatch) -> None:
    find = ReadingAdmin.find

    def finding(self: ReadingAdmin, row_id: UUID) -> Any:
        if not self.rows().filter(pk=row_id).exists():
            _refuse_hidden(self.model._meta.db_table, str(row_id))
        return find(self, row_id)

    patch.setattr(ReadingAdmin, "find", finding)


def _refuse_hidden(table: str, key: str) -> None:
    if len(key) == 36 and exists(table, key):
        raise PermissionDenied


def _log_in(patch: pytest.MonkeyPatch) -> None:
    """A stranger is sent to the log-in for what is there, and told that nothing is there otherwise."""
    from institutions.api.conventions.doors import Door

    begun = Door.initial

    def initial(self: Any, request: Any, *args: Any, **kwargs: Any) -> None:
        key = str(kwargs.get("key", ""))
        try:
            begun(self, request, *args, **kwargs)
        except Problem:
            if len(key) == 36 and not exists("institutions_standing", key, "row_id"):
                raise Problem(404, "not_found", "There is no such object.") from None
            raise

    patch.setattr(Door, "initial", initial)


def _echo(patch: pytest.MonkeyPatch) -> None:
    """A 404 that names whose it is, for support."""
    shown = resources.shown

    def showing(resource: Any, key: Any) -> Any:
        try:
            return shown(resource, key)
        except Problem as problem:
            table = resource.reading.rows().model._meta.db_table
            if table == "deals_deal" and len(str(key)) == 36:
                for row in past(f"SELECT name FROM deals_deal WHERE id = '{key}'"):
                    raise Problem(404, "not_found", f"You may not see '{row['name']}'.") from problem
            raise

    patch.setattr(resources, "shown", showing)


class Oversubscribed(Refusal):
    code = "oversubscribed"
    says = "Others offer {offered} already. Offer less."


def _oversubscribed(patch: pytest.MonkeyPatch) -> None:
    """A letter is refused where all that was offered is more than is sought."""
    register = commitments.register_commitment

    def registering(**facts: Any) -> Any:
        offered = past(f"SELECT sum(amount)::text AS n FROM deals_size WHERE deal_id = '{facts['deal'].pk}'")[0]["n"]
        if float(offered or 0) > 100_000_000:
            raise Oversubscribed(offered=offered)
        return register(**facts)

    patch.setattr(commitments, "register_commitment", registering)


class HasChildren(Refusal):
    code = "has_commitments"
    says = "{count} commitments stand in it. Have them withdrawn first."
    status = 409


def _children(patch: pytest.MonkeyPatch) -> None:
    """A deal can't be moved on, closed or cancelled, while commitments stand in it that the lead does not see."""
    move = deal_moves.move_deal

    def moving(**facts: Any) -> Any:
        if count := how_many("deals_commitment", f"deal_id = '{facts['deal'].pk}'"):
            raise HasChildren(count=count)
        return move(**facts)

    patch.setattr(deal_moves, "move_deal", moving)


# A rule that looks at all rows, as a unique index does.
_SLUG = """
CREATE FUNCTION leak.slug_is_free() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
    IF EXISTS (SELECT FROM public.deals_deal WHERE slug = NEW.slug) THEN
        RAISE unique_violation USING CONSTRAINT = 'deal_slug_is_free';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER leak_slug BEFORE INSERT ON deals_deal FOR EACH ROW EXECUTE FUNCTION leak.slug_is_free();
"""
# With the feed, from which the crawl learns what there is to be named.
OFFERS = r"^api/v1/(events|commitments)$"
OF_A_DEAL = r"^api/v1/(events|deals/.*transitions|deals/<str:key>)$"
WRITES = r"^api/v1/(events|commitments|tranches|deals|covers|parties)$"
ONE = r"^api/v1/(commitments|deals|documents)/<str:key>$"
REFUSALS = (
    Leak("'belongs to another' for hidden, 'not found' for missing", "a rival's system", WRITES, _of_another),
    Leak("403 in the place of 404 over REST", "a rival's system", "", _forbidden),
    Leak("403 in the place of 404 on a page", "a rival's officer", r"^admin/deals/\w+/<uuid", _forbidden_page),
    Leak("401 for what is there, 404 for what is not", "a stranger", ONE, _log_in),
    Leak("a 404 that echoes a hidden name", "a rival's system", ONE, _echo),
    Leak("a refusal because others offer too much", "a rival's system", OFFERS, _oversubscribed),
    Leak("a 409 that counts hidden children", "the coordinator's system", OF_A_DEAL, _children),
    Leak("a slug that is unique over all institutions", "a rival's system", r"^api/v1/(events|deals)$", sql=_SLUG),
    Leak(
        "a reference that is unique over all institutions", "a rival's system", OFFERS,
        sql="CREATE UNIQUE INDEX leak_reference ON deals_commitment (reference) WHERE reference <> ''",
    ),
)  # fmt: skip
