"""Conditions precedent and warnings of what runs out, in sentences."""

from deals.plain import plain
from deals.sentences.making import MAKERS, Said, Told, changed, whose
from deals.sentences.words import TOLD, given, part, word


def _condition(told: Told) -> Said:
    after = told.after
    text = f"'{plain(str(after['text']))}'"
    of = whose(told) if after.get("commitment_id") else "the deal"
    if told.new:
        facts = given(text, part("due by", after.get("due_on")), TOLD[after["level"]])
        return Said(f"{told.owner()} {told.verb('added')} a condition precedent of {of}", facts)
    subject = f"A condition precedent of {of}"
    if "state" in told.before:
        facts = given(text, part("evidence", after.get("evidence")), part("reason", after.get("reason")))
        return Said(f"{subject} {'lapsed' if after['state'] == 'lapsed' else 'was ' + word(after['state'])}", facts)
    return changed(told, subject)


def _notice(told: Told) -> Said:
    after, over = told.after, told.after["days"] == 0
    on = (str(after["due_on"]),)
    match after["kind"]:
        case "condition":
            of = whose(told) if after.get("commitment_id") else "the deal"
            return Said(f"A condition precedent of {of} is {'overdue' if over else 'due soon'}", on)
        case "availability":
            when = "has ended" if over else "ends soon"
            return Said(f"The availability of the tranche of {whose(told)} {when}", on)
    return Said(f"A commitment of {told.owner()} lapsed" if over else f"{_upper(whose(told))} runs out soon", on)


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


MAKERS.update({"deals_condition": _condition, "deals_expirynotice": _notice})
