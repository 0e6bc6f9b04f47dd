"""What happens in a deal room, in sentences."""

from collections.abc import Callable

from deals.plain import plain
from deals.sentences.making import Said, Told, changed
from deals.sentences.words import TOLD, given, part, word

_REPLIED = {"accepted": "accepted its invitation", "declined": "declined its invitation", "left": "left the deal"}


def _typed(text: str) -> str:
    """What somebody wrote, as a part of a sentence that ends by itself."""
    return plain(text).rstrip(".")


def _reply(told: Told) -> Said:
    return Said(f"{told.owner()} {_REPLIED[told.after['answer']]}", given(part("saying", told.after.get("note"))))


def _conflict(told: Told) -> Said:
    who, after = told.owner(), told.after
    if told.new:
        facts = given(_typed(after["description"]), TOLD[after["level"]])
        return Said(f"{who} {told.verb('declared')} a conflict of interest", facts)
    if "until" in told.before:
        return Said(f"{who} said until when a conflict of interest lasted", given(part("until", after.get("until"))))
    return changed(told, f"{who}'s conflict of interest")


def _document(told: Told) -> Said:
    who, after = told.owner(), told.after
    title = _typed(after["title"])
    if told.new:
        what = "a new version of a document" if after.get("replaces_id") else "a document"
        return Said(f"{who} {told.verb('put in')} {what}", given(title, word(after["kind"]), TOLD[after["level"]]))
    if "shown_until" in told.before:
        return Said(f"The consent that a document of {who} rests on was taken back", given(title))
    return changed(told, f"A document of {who}")


def _question(told: Told) -> Said:
    who, after = told.owner(), told.after
    if told.new:
        asked = told.names.institution(after["to_id"]) if after.get("to_id") else "the lead"
        head = f"A question of {who} was disclosed" if told.event.action == "revealed" else f"{who} asked {asked}"
        return Said(head, given(_typed(after["text"]), TOLD[after["level"]]))
    return changed(told, f"A question of {who}")


def _answer(told: Told) -> Said:
    if told.new:
        return Said(f"{told.owner()} answered a question", given(_typed(told.after["text"])))
    return changed(told, f"An answer of {told.owner()}")


def _report(told: Told) -> Said:
    who, after = told.owner(), told.after
    what = f"a due-diligence report ({word(after['workstream'])})"
    if told.new:
        facts = given(_typed(after["scope"]), part("on", after.get("commissioned_on")), TOLD[after["level"]])
        return Said(f"{who} {told.verb('commissioned')} {what}", facts)
    if told.before.get("status") == "commissioned":
        return Said(f"{who} received {what}", given(part("on", after.get("delivered_on"))))
    return changed(told, f"{what[0].upper()}{what[1:]} of {who}")


MAKERS: dict[str, Callable[[Told], Said]] = {
    "deals_partyreply": _reply,
    "deals_conflictofinterest": _conflict,
    "deals_document": _document,
    "deals_question": _question,
    "deals_answer": _answer,
    "deals_report": _report,
}
