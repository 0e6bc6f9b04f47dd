"""What a constraint of the database means to whoever ran into it. Never the database's own words: they quote rows."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import DatabaseError

from institutions.isolation.constraints import broken_constraint


@dataclass(frozen=True)
class Rule:
    """`pointer` is the field that the rule is about, '' where it is about the whole."""

    code: str
    detail: str
    pointer: str = ""
    status: int = 422


# By name of the constraint; every application adds those of its tables.
RULES: dict[str, Rule] = {
    "widening_needs_four_eyes": Rule(
        "widening_needs_four_eyes", "Telling more than the lead needs an approver of your institution.", "/level"
    ),
    "approval_one_open_per_row": Rule(
        "approval_waiting", "An approval about this waits already. Have it decided first.", status=409
    ),
    "approval_is_decided_by_an_approver": Rule(
        "not_an_approver", "Only an active approver of your institution may decide.", status=403
    ),
    "approval_needs_a_second_person": Rule(
        "same_person", "Another person of your institution must decide what one prepared.", status=403
    ),
    "idempotency_key_once": Rule("in_flight", "A request with this Idempotency-Key is being carried out.", status=409),
}


def tell_of(rules: Mapping[str, Rule]) -> None:
    """Adds what an application's constraints mean. Raises ValueError where one is told of already."""
    if again := RULES.keys() & rules.keys():
        raise ValueError(f"Told of twice: {', '.join(sorted(again))}.")
    RULES.update(rules)


# By SQLSTATE, where no constraint is named.
STATES: dict[str, Rule] = {
    # A policy: the row names something that the asker can't see, or would be another's.
    "42501": Rule("not_found", "Something that this names is nothing that you may see. Check the ids."),
    "22003": Rule("out_of_range", "A number is too large."),
    "22001": Rule("too_long", "A text is too long."),
    "40P01": Rule("busy", "Others changed the same at the same time. Repeat the request.", status=503),
    "40001": Rule("busy", "Others changed the same at the same time. Repeat the request.", status=503),
    "55P03": Rule("busy", "Others change the same at this moment. Repeat the request.", status=503),
    "57014": Rule("timeout", "This took too long and was stopped. Ask for less, or later.", status=503),
}


def rule_of(error: DatabaseError) -> Rule | None:
    """The rule that was broken, or None where it is no rule of ours."""
    cause = error.__cause__
    name = broken_constraint(error)
    if name in RULES:
        return RULES[name]
    state = getattr(cause, "sqlstate", None)
    if name and state in {"23514", "23505", "23503", "23P01"}:
        # Named, but not told about in words of ours: the name says what the rule is, and is the same for everyone.
        return Rule(name, f"The rule '{name}' does not hold. See the reference.")
    if state is None or state.startswith(("08", "57P")):
        return Rule("unavailable", "The registry can't answer at this moment. Try again soon.", status=503)
    return STATES.get(state)
