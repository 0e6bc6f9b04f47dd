"""One event, one sentence: who did what, then its figures, dates and level."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Any

from deals.lifecycle import STAGES, Class
from deals.plain import plain
from deals.sentences.names import Names
from deals.sentences.words import TOLD, amount, bare, given, noun, part, until, word

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
    make = MAKERS.get(event.table)
    said = make(Told(event, names, size)) if make and event.after is not None else Said("Something changed")
    text = said.head
    if detail is Detail.FULL and said.facts:
        text += ": " + ", ".join(said.facts)
    published = (event.after or {}).get("origin") == "published"
    return f"Published: {text}." if published else f"{text}."


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

    def verb(self, made: str) -> str:
        return "disclosed" if self.event.action == "revealed" else made

    def by(self) -> str:
        return self.names.institution(self.after.get("institution_id"))

    def owner(self) -> str:
        return self.names.institution(self.after.get("owner_id"))

    def changed(self, *fields: str) -> list[str]:
        return [name for name in fields if name in self.before]


def _commitment(told: Told) -> Said:
    after, who = told.after, told.by()
    what = noun(after["stage"], after["instrument"])
    if told.new:
        size = amount(told.size.after) if told.size and told.size.after else ""
        facts = (size, until(after), TOLD[after["level"]])
        return Said(f"{who} {told.verb('recorded')} {what}", given(*facts))
    if "stage" in told.before:
        was = bare(told.before["stage"], after["instrument"])
        if STAGES[after["stage"]].cls is Class.ENDED:
            return Said(f"{who}'s {was} is {after['stage']}")
        return Said(f"{who}'s {was} became {what}", given(until(after)))
    return changed(told, f"{who}'s {bare(after['stage'], after['instrument'])}")


def _size(told: Told) -> Said:
    of = whose(told)
    if told.new:
        return Said(f"The size of {of} was {told.verb('stated')}", given(amount(told.after), TOLD[told.after["level"]]))
    if told.changed("amount", "currency", "qualifier"):
        was = amount({**told.after, **told.before})
        return Said(f"The size of {of} changed", given(amount(told.after), f"before {was}" if was else ""))
    return changed(told, f"The size of {of}")


def _price(told: Told) -> Said:
    of, after = whose(told), told.after
    margin = f"margin {Decimal(after['margin_bps']).normalize():f} bp" if after.get("margin_bps") else ""
    facts = given(margin, part("fees", after.get("fees")), part("premium", after.get("premium")))
    if told.new:
        return Said(f"The price of {of} was {told.verb('stated')}", facts)
    if told.changed("margin_bps", "fees", "premium"):
        return Said(f"The price of {of} changed", facts)
    return changed(told, f"The price of {of}")


def _deal(told: Told) -> Said:
    after = told.after
    if told.new:
        target = amount(after, "target_amount", "target_currency")
        head = f"{told.owner()} {told.verb('registered')} the deal"
        return Said(head, given(f"status {word(after['status'])}", target and f"target {target}"))
    if "status" in told.before:
        return Said(f"The deal went from {word(told.before['status'])} to {word(after['status'])}")
    if told.changed("target_amount", "target_currency"):
        target = amount(after, "target_amount", "target_currency")
        return Said("The deal's target changed", given(target))
    return changed(told, "The deal")


def _tranche(told: Told) -> Said:
    name = told.names.tranche(told.after.get("id")) or plain(str(told.after.get("name", "")), 60)
    if told.new:
        facts = given(amount(told.after), word(told.after["purpose"]))
        return Said(f"{told.owner()} {told.verb('added')} the tranche {name}", facts)
    if told.changed("amount", "currency"):
        return Said(f"The amount of the tranche {name} changed", given(amount(told.after)))
    return changed(told, f"The tranche {name}")


def _party(told: Told) -> Said:
    who, after = told.by(), told.after
    nda = ""
    if after.get("nda_signed_on"):
        ends = f" until {after['nda_expires_on']}" if after.get("nda_expires_on") else ""
        nda = f"NDA in force from {after['nda_signed_on']}{ends}"
    if told.event.action == "created" and after.get("state") == "prepared":
        return Said(f"{told.owner()} prepared the invitation of {who}", given(nda))
    if told.event.action == "created" or told.before.get("state") == "prepared":
        kept = "invited" if after.get("state") != "rejected" else "did not invite"
        return Said(f"{told.owner()} {kept} {who}", given(nda))
    if told.event.action == "revealed":
        return Said(f"{who} is invited to the deal", given(nda))
    if "left_on" in told.before:
        return Said(f"{who} left the deal", given(part("on", after.get("left_on"))))
    if told.changed("nda_signed_on", "nda_expires_on"):
        return Said(f"The NDA of {who} changed", given(nda))
    return changed(told, f"The invitation of {who}")


def _role(told: Told) -> Said:
    who, role = told.by(), word(told.after["role"])
    dates = given(part("since", told.after.get("since")), part("until", told.after.get("until")))
    if told.event.action == "created" and told.after.get("state") == "prepared":
        return Said(f"{told.owner()} prepared to name {who} {role}", dates)
    if told.new or told.before.get("state") == "prepared":
        named = "is" if told.after.get("state") != "rejected" else "was not named"
        return Said(f"{who} {named} {role}", dates)
    if told.after.get("until") and not told.before.get("until"):
        return Said(f"The role of {who} as {role} ended", dates)
    return Said(f"The role of {who} as {role} changed", dates)


def _allocation(told: Told) -> Said:
    tranche = told.names.tranche(told.after.get("tranche_id")) or "a tranche"
    total = given(amount(told.after, "total"))
    if told.event.action == "created":
        return Said(f"{told.owner()} prepared an allocation of {tranche}", total)
    kept = "allocated" if told.after["state"] != "rejected" else "did not allocate"
    return Said(f"{told.owner()} {kept} {tranche}", total)


def _line(told: Told) -> Said:
    lead, who = told.owner(), told.by()
    facts = given(f"{amount(told.after)} of {amount(told.after, 'bid')} offered")
    if told.event.action == "created":
        return Said(f"{lead} prepared to allocate to {who}", facts)
    if "taken_back_on" in told.before:
        return Said(f"{lead} took back what it allocated to {who}", facts)
    kept = "allocated" if told.after["state"] != "rejected" else "did not allocate"
    return Said(f"{lead} {kept} to {who}", facts)


def _acceptance(told: Told) -> Said:
    who, accepted = told.owner(), told.after["answer"] == "accepted"
    if told.event.action == "created":
        return Said(f"{who} prepared to {'accept' if accepted else 'decline'} its allocation")
    if "given_back_on" in told.before:
        return Said(f"{who} gave its allocation back")
    if told.after["state"] == "rejected":
        return Said(f"{who} did not {'accept' if accepted else 'decline'} its allocation")
    return Said(f"{who} {'accepted' if accepted else 'declined'} its allocation")


MAKERS: dict[str, Callable[[Told], Said]] = {
    "deals_commitment": _commitment,
    "deals_size": _size,
    "deals_price": _price,
    "deals_deal": _deal,
    "deals_tranche": _tranche,
    "deals_party": _party,
    "deals_dealrole": _role,
    "deals_allocation": _allocation,
    "deals_allocationline": _line,
    "deals_allocationacceptance": _acceptance,
}


def changed(told: Told, subject: str) -> Said:
    """A change of how far a row is told, or of fields that are named without their values."""
    if "level" in told.before:
        return Said(f"{subject} is now {TOLD[told.after['level']]}")
    if "valid_until" in told.before:
        return Said(f"{subject} has another date", given(until(told.after)))
    fields = [word(name.removesuffix("_id")) for name in told.before if name not in ("audience_id", "updated_at")]
    return Said(f"{subject} was changed", given(", ".join(sorted(fields))))


def whose(told: Told) -> str:
    """'Hanok's letter of interest', of the commitment that a part names."""
    named = told.names.commitment(told.after.get("commitment_id"))
    if named is None:
        return f"a commitment of {told.owner()}"
    return f"{told.names.institution(named.institution)}'s {bare(named.stage, named.instrument)}"
