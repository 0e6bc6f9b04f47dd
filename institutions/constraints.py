"""What the database's rules mean to whoever runs into them: every rule with its refusal, by the constraint's name.

Each application tells of its own (services/rules), when it is ready; services, API and admin ask here alone. The
sentence is never the database's: that one quotes rows.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from django.db import DatabaseError, IntegrityError, transaction

from institutions.refusals import Refusal


class Told(Protocol):
    """What is told of a constraint: a sentence (Rule), or a refusal that a service makes as well (Known)."""

    def refusal(self, constraint: str) -> Refusal: ...


@dataclass(frozen=True)
class Rule:
    """`pointer` is the field that the rule is about, '' where requests name it differently; the code is the
    constraint's name where none is given."""

    says: str
    pointer: str = ""
    status: int = 422
    code: str = ""

    @classmethod
    def like(cls, kind: type[Refusal], says: str, pointer: str = "") -> "Rule":
        """As a service refuses the same, in a sentence without the facts that only the service knows."""
        return cls(says, pointer, kind.status, kind.code)

    def refusal(self, constraint: str) -> Refusal:
        return Broken(self, constraint)


@dataclass(frozen=True)
class Known:
    """A rule that a service refuses in the same words."""

    kind: type[Refusal]
    pointer: str = ""

    def refusal(self, constraint: str) -> Refusal:
        return self.kind(pointer=self.pointer)


class Broken(Refusal):
    """What no service foresaw and the database refused."""

    def __init__(self, rule: Rule, constraint: str) -> None:
        self.constraint = constraint
        self.code, self.says, self.status = rule.code or constraint, rule.says, rule.status
        super().__init__(pointer=rule.pointer)


_TOLD: dict[str, Told] = {}

# Kinds of constraints that every application has, by how their names end. No form and no body leads to them.
_ENDINGS: dict[tuple[str, ...], Rule] = {
    ("_is_known", "_are_known"): Rule("This is none of the values on offer. Choose one of the code lists."),
    ("_stays_own", "_stays_between_two"): Rule("It is told to nobody else. Leave its level at 'own'.", "/level"),
    ("_published_is_public", "_published_has_source_and_is_public"): Rule(
        "What is published is public and names its source. Give the source, and leave the level at 'public'."
    ),
    # Django's own of every number that can't be below zero.
    ("_check",): Rule("A number is below zero. Give zero or more."),
    # What foreign keys point at; the id alone is unique already.
    ("_pkey", "_and_owner", "_and_deal", "_and_tranche", "_and_addressee", "_and_commitment"): Rule(
        "This id is taken. Leave ids to the registry, and repeat the request."
    ),
}

_HIDDEN = Rule("Something that this names is nothing that you may see. Check the ids.", code="not_found")
_BUSY = Rule("Others change the same at this moment. Repeat the request.", status=503, code="busy")
_CLASH = Rule(
    "It does not fit to what stands already. Read that again, then repeat your change.", status=409, code="conflict"
)
_DOWN = Rule("The registry can't answer at this moment. Try again soon.", status=503, code="unavailable")

# By SQLSTATE, where no constraint is named that is told of.
_STATES: dict[str, Rule] = {
    # A policy: the row names something that the asker can't see, or would be another's. Or it is missing: the same.
    "42501": _HIDDEN,
    "23503": _HIDDEN,
    # The tables of the frameworks.
    "23505": _CLASH,
    "23514": _CLASH,
    "23P01": _CLASH,
    "23001": Rule("Nothing is deleted: history stays. End or withdraw it instead.", status=409, code="history_stays"),
    "22003": Rule("A number is too large. Give a smaller one.", code="out_of_range"),
    "22001": Rule("A text is too long. Shorten it.", code="too_long"),
    "40P01": _BUSY,
    "40001": _BUSY,
    "55P03": _BUSY,
    "57014": Rule("This took too long and was stopped. Ask for less, or later.", status=503, code="timeout"),
}


def tell_of(rules: Mapping[str, Told]) -> None:
    """Adds what an application's constraints mean. Raises ValueError where one is told of already."""
    if again := _TOLD.keys() & rules.keys():
        raise ValueError(f"Told of twice: {', '.join(sorted(again))}.")
    _TOLD.update(rules)


def told_of(constraint: str) -> Told | None:
    """What is told of a constraint, by its name or by how it ends; None where nothing is."""
    if constraint in _TOLD:
        return _TOLD[constraint]
    return next((rule for endings, rule in _ENDINGS.items() if constraint.endswith(endings)), None)


def sentences_of_rules() -> set[str]:
    """Every sentence that is told of a rule here, for the catalogues; refusals mark their own."""
    told = (*_TOLD.values(), *_ENDINGS.values(), *_STATES.values(), _DOWN)
    return {rule.says for rule in told if isinstance(rule, Rule)}


def is_down(error: DatabaseError) -> bool:
    """Whether there was no answer at all."""
    state = getattr(error.__cause__, "sqlstate", None)
    return state is None or state.startswith(("08", "57P"))


def refusal_of(error: DatabaseError) -> Refusal | None:
    """What the database refused, in words of ours; None where it is no rule but a fault."""
    if is_down(error):
        return _DOWN.refusal("")
    state = getattr(error.__cause__, "sqlstate", "")
    constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
    told = told_of(constraint) or _STATES.get(state)
    return told.refusal(constraint) if told else None


@contextmanager
def rules_hold() -> Iterator[None]:
    """Turns a rule that the database holds into its refusal; nothing of the block stays."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if refusal := refusal_of(error):
            raise refusal from error
        raise
