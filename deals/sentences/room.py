"""What happens in a deal room, in sentences."""

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from deals.plain import plain
from deals.sentences import words
from deals.sentences.making import Said, Told, changed
from deals.sentences.words import given, part, word

_REPLIED = {
    "accepted": later("%(owner)s accepted its invitation"),
    "declined": later("%(owner)s declined its invitation"),
    "left": later("%(owner)s left the deal"),
}


def _typed(text: str) -> str:
    """What somebody wrote, as a part of a sentence that ends by itself."""
    return plain(text).rstrip(".。")


def _by(told: Told) -> dict[str, str]:
    return {"owner": told.owner()}


def _reply(told: Told) -> Said:
    saying = part(_("saying %(value)s"), told.after.get("note"))
    return Said(str(_REPLIED[told.after["answer"]]) % _by(told), given(saying))


def _conflict(told: Told) -> Said:
    by, after = _by(told), told.after
    if told.new:
        facts = given(_typed(after["description"]), words.told(after["level"]))
        if told.revealed:
            return Said(_("%(owner)s disclosed a conflict of interest") % by, facts)
        return Said(_("%(owner)s declared a conflict of interest") % by, facts)
    if "until" in told.before:
        until = part(_("until %(value)s"), after.get("until"))
        return Said(_("%(owner)s said until when a conflict of interest lasted") % by, given(until))
    return changed(told, _("%(owner)s's conflict of interest") % by)


def _document(told: Told) -> Said:
    by, after = _by(told), told.after
    title = _typed(after["title"])
    if told.new:
        return Said(_put_in(told) % by, given(title, word(after["kind"]), words.told(after["level"])))
    if "shown_until" in told.before:
        return Said(_("The consent that a document of %(owner)s rests on was taken back") % by, given(title))
    return changed(told, _("A document of %(owner)s") % by)


def _put_in(told: Told) -> str:
    if told.after.get("replaces_id"):
        if told.revealed:
            return _("%(owner)s disclosed a new version of a document")
        return _("%(owner)s put in a new version of a document")
    return _("%(owner)s disclosed a document") if told.revealed else _("%(owner)s put in a document")


def _question(told: Told) -> Said:
    by, after = _by(told), told.after
    if not told.new:
        return changed(told, _("A question of %(owner)s") % by)
    facts = given(_typed(after["text"]), words.told(after["level"]))
    if told.revealed:
        return Said(_("A question of %(owner)s was disclosed") % by, facts)
    if after.get("to_id"):
        to = {"to": told.names.institution(after["to_id"])}
        return Said(_("%(owner)s asked %(to)s") % (by | to), facts)
    return Said(_("%(owner)s asked the lead") % by, facts)


def _answer(told: Told) -> Said:
    if told.new:
        return Said(_("%(owner)s answered a question") % _by(told), given(_typed(told.after["text"])))
    return changed(told, _("An answer of %(owner)s") % _by(told))


def _report(told: Told) -> Said:
    after = told.after
    names = _by(told) | {"workstream": word(after["workstream"])}
    if told.new:
        on = part(_("on %(value)s"), after.get("commissioned_on"))
        facts = given(_typed(after["scope"]), on, words.told(after["level"]))
        if told.revealed:
            return Said(_("%(owner)s disclosed a due-diligence report (%(workstream)s)") % names, facts)
        return Said(_("%(owner)s commissioned a due-diligence report (%(workstream)s)") % names, facts)
    if told.before.get("status") == "commissioned":
        on = part(_("on %(value)s"), after.get("delivered_on"))
        return Said(_("%(owner)s received a due-diligence report (%(workstream)s)") % names, given(on))
    return changed(told, _("A due-diligence report (%(workstream)s) of %(owner)s") % names)


MAKERS: dict[str, Callable[[Told], Said]] = {
    "deals_partyreply": _reply,
    "deals_conflictofinterest": _conflict,
    "deals_document": _document,
    "deals_question": _question,
    "deals_answer": _answer,
    "deals_report": _report,
}
