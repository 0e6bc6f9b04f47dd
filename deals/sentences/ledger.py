"""Movements, transfers and proposals as sentences."""

from deals.sentences.making import MAKERS, Said, Told
from deals.sentences.making import whose as of_whom
from deals.sentences.words import TOLD, amount, given, part, word

_PLAIN = {"initial": "the committed amount at signature"}


def _movement(told: Told) -> Said:
    after = told.after
    kind = _PLAIN.get(after["kind"], word(after["kind"]))
    facts = (amount(after), part("effective", after.get("effective_on")))
    if told.new or "state" in told.before:
        done = {"prepared": "prepared", "rejected": "rejected"}.get(after["state"], told.verb("recorded"))
        seen = TOLD[after["level"]] if after["state"] == "confirmed" and told.new else ""
        return Said(f"{told.owner()} {done} in the ledger of {of_whom(told)}: {kind}", given(*facts, seen))
    if "level" in told.before:
        return Said(f"A movement of {of_whom(told)} is now {TOLD[after['level']]}: {kind}", given(*facts))
    return Said(f"A movement of {of_whom(told)} changed: {kind}", given(*facts))


def _transfer(told: Told) -> Said:
    after = told.after
    to = told.names.institution(after.get("to_id"))
    facts = given(
        amount(after), part("effective", after.get("effective_on")), part("reference", after.get("reference"))
    )
    if after.get("withdrawn_on"):
        return Said(f"{told.owner()} withdrew its offer of a transfer to {to}", facts)
    if after["state"] == "confirmed":
        return Said(f"{told.owner()} offered a transfer to {to}", facts)
    return Said(f"{told.owner()} {after['state']} an offer of a transfer to {to}", facts)


def _proposal(told: Told) -> Said:
    after = told.after
    to = told.names.institution(after.get("to_id"))
    done = "withdrew its proposal of" if after.get("withdrawn_on") else "proposed"
    facts = given(
        amount(after), part("effective", after.get("effective_on")), part("reference", after.get("reference"))
    )
    return Said(f"{told.owner()} {done} a {word(after['kind'])} to {to}", facts)


MAKERS.update({"deals_movement": _movement, "deals_transfer": _transfer, "deals_movementproposal": _proposal})
