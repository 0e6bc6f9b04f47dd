"""One event, one sentence: who did what, then its figures, dates and level."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from deals.lifecycle import STAGES, Class
from deals.sentences import words
from deals.sentences.names import Names
from deals.sentences.words import bare, given, listed, until, word

if TYPE_CHECKING:
    from institutions.models import Event


class Detail(StrEnum):
    """`names` leaves out every figure, date and free text."""

    NAMES = "names"
    FULL = "full"


class Weight(IntEnum):
    """What is told first."""

    FIRM = 0
    CONDITIONAL = 1
    INDICATIVE = 2
    OTHER = 3


WEIGHTS = {
    Class.FIRM: Weight.FIRM,
    Class.CONDITIONAL: Weight.CONDITIONAL,
    Class.INDICATIVE: Weight.INDICATIVE,
    Class.ENDED: Weight.INDICATIVE,
}


def sentence(event: "Event", names: Names, detail: Detail = Detail.FULL, size: "Event | None" = None) -> str:
    """What happened, as one sentence. `size`: the size that came with a commitment, told in the same sentence."""
    make = MAKERS.get(event.table, _entered)
    said = make(Told(event, names, size)) if event.after is not None else Said(_("Something changed"))
    text = said.head
    if detail is Detail.FULL and said.facts:
        text = _("%(head)s: %(facts)s") % {"head": text, "facts": listed(said.facts)}
    published = (event.after or {}).get("origin") == "published"
    return (_("Published: %(text)s.") if published else _("%(text)s.")) % {"text": text}


def weight(event: "Event", names: Names) -> Weight:
    """Firm money before conditional, that before letters, that before the rest."""
    after = event.after or {}
    if event.table == "deals_commitment":
        return WEIGHTS[STAGES[after["stage"]].cls]
    named = names.commitment(after.get("commitment_id"))
    return WEIGHTS[STAGES[named.stage].cls] if named else Weight.OTHER


@dataclass(frozen=True)
class Said:
    """`head` holds names only; `facts` the figures, dates and levels."""

    head: str
    facts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Told:
    """An event with the names to tell it by."""

    event: "Event"
    names: Names
    size: "Event | None" = None

    @property
    def after(self) -> dict[str, Any]:
        return self.event.after or {}

    @property
    def before(self) -> dict[str, Any]:
        return self.event.before or {}

    @property
    def new(self) -> bool:
        return self.event.action in ("created", "revealed")

    @property
    def revealed(self) -> bool:
        """Whether the row stood before, and its reader sees it from now on."""
        return self.event.action == "revealed"

    def by(self) -> str:
        return self.names.institution(self.after.get("institution_id"))

    def owner(self) -> str:
        return self.names.institution(self.after.get("owner_id"))

    def changed(self, *fields: str) -> list[str]:
        return [name for name in fields if name in self.before]


# By table; deals/sentences/__init__.py fills it.
MAKERS: dict[str, Callable[[Told], Said]] = {}


def _entered(told: Told) -> Said:
    """Of a row whose page says what it is."""
    who = {"who": told.names.institution(told.event.institution_id or told.after.get("owner_id"))}
    if told.revealed:
        return Said(_("%(who)s disclosed it") % who)
    if told.new:
        return Said(_("%(who)s registered it") % who)
    return Said(_("%(who)s changed it") % who)


def changed(told: Told, subject: str) -> Said:
    """A change of how far a row is told, or of fields that are named without their values."""
    if "level" in told.before:
        level = {"subject": subject, "told": words.told(told.after["level"])}
        return Said(_("%(subject)s is now %(told)s") % level)
    if "valid_until" in told.before:
        return Said(_("%(subject)s has another date") % {"subject": subject}, given(until(told.after)))
    fields = [word(name.removesuffix("_id")) for name in told.before if name not in ("audience_id", "updated_at")]
    return Said(_("%(subject)s was changed") % {"subject": subject}, given(listed(sorted(fields))))


def whose(told: Told) -> str:
    """'Hanok's letter of interest', of the commitment that a part names."""
    named = told.names.commitment(told.after.get("commitment_id"))
    if named is None:
        return _("a commitment of %(owner)s") % {"owner": told.owner()}
    return of(told.names.institution(named.institution), bare(named.stage, named.instrument))


def of(who: str, what: str) -> str:
    """'Hanok's letter of interest'."""
    return _("%(who)s's %(what)s") % {"who": who, "what": what}
