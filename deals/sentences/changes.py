"""What a change put in the place of what: each field of an event, before and after, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from deals.plain import plain
from deals.sentences import words
from deals.sentences.days import day_in_words
from deals.sentences.names import Names
from deals.sentences.words import word

if TYPE_CHECKING:
    from institutions.models import Event

LONGEST = 200
_NOTHING = "–"
# Amounts stand with the currency of their row.
_CURRENCIES = {"amount": "currency", "target_amount": "target_currency", "capital_cost_amount": "capital_cost_currency"}


@dataclass(frozen=True)
class FieldChange:
    """A field of a row, with what stood in it and what stands in it since."""

    name: str
    before: str
    after: str


def changes_of(event: "Event", names: Names) -> list[FieldChange]:
    """Of an update, in the order of the fields' names. Moments, and rows that are told by no name, are left out."""
    before, after = event.before or {}, event.after or {}
    if event.action != "updated":
        return []
    found = []
    for key in sorted(before):
        if key.endswith("_at") or key == "audience_id" or key in _CURRENCIES.values():
            continue
        was, now = (_said(key, facts, names) for facts in (after | before, after))
        if was is not None and now is not None and was != now:
            found.append(FieldChange(word(key.removesuffix("_id")), was, now))
    return found


def _said(key: str, facts: Mapping[str, Any], names: Names) -> str | None:
    """A field's value as a page says it, None where it is called by nothing."""
    value = facts.get(key)
    if value in (None, "", []):
        return _NOTHING
    if key in _CURRENCIES:
        return words.amount(facts, key, _CURRENCIES[key])
    if key.endswith("_id"):
        return _called(key, value, names)
    match value:
        case bool():
            return _("yes") if value else _("no")
        case int() | Decimal():
            return str(value)
        case list():
            return plain(", ".join(word(str(each)) for each in value), LONGEST)
        case str():
            return _text(key, value)
    return None


def _text(key: str, value: str) -> str:
    if key == "level":
        return words.told(value)
    if key.endswith("_on") or key in ("since", "until", "valid_until", "as_of"):
        return _day(value)
    # Codes are words of the field; what people wrote stays as they wrote it.
    return word(value) if value.isidentifier() and value.islower() else plain(value, LONGEST)


def _day(value: str) -> str:
    try:
        return day_in_words(
            date.fromisoformat(value) if len(value) <= len("2026-01-01") else datetime.fromisoformat(value)
        )
    except ValueError:
        return plain(value, LONGEST)


def _called(key: str, value: Any, names: Names) -> str | None:
    match key:
        case "institution_id" | "to_id":
            return names.institution(value)
        case "tranche_id":
            return names.tranche(value) or None
    return None
