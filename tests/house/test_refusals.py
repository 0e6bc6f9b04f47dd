"""Every rule that the database holds has a sentence of ours, whoever runs into it."""

import re
from collections.abc import Iterator

import pytest
from django.db import IntegrityError, connection

from institutions.constraints import Known, Rule, refusal_of, rules_hold, tell_of, told_of
from institutions.refusals import Refusal
from tests.cast import Cast

# What the catalogue knows of the project's own tables: checks, uniques and exclusions, by constraint or by index alone.
OF_TABLES = """
    SELECT k.conname FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid
    WHERE k.contype IN ('c', 'u', 'x') AND t.relname ~ '^(institutions|deals|network)_'
    UNION
    SELECT i.relname FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
    WHERE x.indisunique AND NOT x.indisprimary AND t.relname ~ '^(institutions|deals|network)_'
"""
# What functions raise, read as they stand in the database: some are generated.
OF_FUNCTIONS = """
    SELECT p.proname, p.prosrc FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname IN ('wall', 'journal', 'deals', 'network')
"""
# How a next step begins that says by itself what was wrong.
STEPS = ("Accept ", "Add ", "Disclose ", "Give ", "Have ", "Mark ", "Name ", "Record ", "Say ")
RAISED = re.compile(r"CONSTRAINT\s*=\s*'([^']+)'")


def asked(sql: str) -> Iterator[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        yield from cursor.fetchall()


def names() -> set[str]:
    of_tables = {name for (name,) in asked(OF_TABLES)}
    of_functions = {name for _, source in asked(OF_FUNCTIONS) for name in RAISED.findall(source)}
    # Neither question came back with little: it asks the right catalogue.
    assert len(of_tables) > 150
    assert len(of_functions) > 80
    return of_tables | of_functions


def test_every_rule_of_the_database_has_a_sentence(cast: Cast) -> None:
    assert sorted(name for name in names() if told_of(name) is None) == []


def test_no_rule_is_raised_under_a_name_made_up_at_run_time(cast: Cast) -> None:
    for function, source in asked(OF_FUNCTIONS):
        assert len(re.findall(r"CONSTRAINT\s*=", source)) == len(RAISED.findall(source)), function


def test_every_sentence_of_a_rule_has_a_next_step(cast: Cast) -> None:
    told = {name: told_of(name).refusal(name) for name in names()}  # type: ignore[union-attr]  # the test above
    assert {name: refusal.detail for name, refusal in told.items() if stops_short(refusal.detail)} == {}
    assert {name for name, refusal in told.items() if not 400 <= refusal.status < 500} == set()
    # A sentence that waits for facts, which only a service knows, would show its gaps.
    assert {name for name, refusal in told.items() if "{" in refusal.detail} == set()


def test_every_refusal_of_a_service_has_a_next_step() -> None:
    assert {kind.__qualname__: kind.says for kind in kinds(Refusal) if stops_short(kind.says)} == {}


def kinds(of: type[Refusal]) -> Iterator[type[Refusal]]:
    """Every refusal that says something itself; the doors have loaded the services."""
    for kind in of.__subclasses__():
        if "says" in vars(kind) and kind.__module__.startswith(("institutions", "deals", "network")):
            yield kind
        yield from kinds(kind)


def stops_short(says: str) -> bool:
    """Whether a sentence ends with what happened. What to do follows it, or is all that it says."""
    return len(re.split(r"(?<=[.:;]) ", says)) < 2 and not says.startswith(STEPS)


def test_nothing_is_told_of_that_the_database_does_not_hold(cast: Cast) -> None:
    """A sentence for a name that is gone would be read by nobody; foreign keys may have one of their own as well."""
    from institutions.constraints import _TOLD

    keys = {name for (name,) in asked("SELECT conname FROM pg_constraint WHERE contype = 'f'")}
    assert sorted(_TOLD.keys() - names() - keys) == []


def test_a_rule_is_told_of_once() -> None:
    with pytest.raises(ValueError, match="approval_void"):
        tell_of({"approval_void": Rule("Said again.")})


def test_what_a_name_tells_is_the_same_for_every_door(cast: Cast) -> None:
    class Full(Refusal):
        """Of no application."""

        code = "full"
        says = "It is full. Take another."
        status = 409

    known, like = Known(Full, "/amount").refusal("x"), Rule.like(Full, "Full. Take another.").refusal("x")
    assert (known.code, known.status, known.pointer, known.detail) == ("full", 409, "/amount", Full.says)
    assert (like.code, like.status, like.pointer) == ("full", 409, "")
    assert Rule("Not so. Do otherwise.").refusal("of_its_own").code == "of_its_own"


def test_money_points_at_no_field(cast: Cast) -> None:
    """One trigger holds what requests call money, amount, target or size: a field that was not sent helps nobody."""
    for name in ("money_in_minor_units", "currency_is_iso4217"):
        told = told_of(name)
        assert told is not None
        assert told.refusal(name).pointer == ""


def test_what_names_a_hidden_row_reads_as_what_names_a_missing_one(cast: Cast) -> None:
    told = {refused(state).detail for state in ("42501", "23503")}
    assert len(told) == 1
    assert {refused(state).code for state in ("42501", "23503")} == {"not_found"}
    # Never the name of a foreign key, nor the database's own words.
    assert "fk" not in told.pop()


def test_what_is_refused_leaves_nothing_and_stops_nothing(cast: Cast) -> None:
    from django.db import transaction

    with transaction.atomic():
        with pytest.raises(Refusal, match="This id is taken"), rules_hold():
            raise broken("23505", "commitment_and_owner")
        assert list(asked("SELECT 'on'")) == [("on",)]
    with pytest.raises(IntegrityError), rules_hold():
        raise broken("23502", "")


def refused(state: str) -> Refusal:
    found = refusal_of(broken(state, "deals_size_commitment_id_3f2a_fk_deals_commitment_id"))
    assert found is not None
    return found


def broken(state: str, constraint: str) -> IntegrityError:
    class Diag:
        constraint_name = constraint

    class Cause(Exception):
        sqlstate = state
        diag = Diag()

    error = IntegrityError("quotes a row")
    error.__cause__ = Cause()
    return error
