"""Conditions precedent and warnings of what runs out, in sentences."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from deals.plain import plain
from deals.sentences import words
from deals.sentences.making import Said, Told, changed, whose
from deals.sentences.words import given, part, word


def _condition(told: Told) -> Said:
    after = told.after
    text = _("'%(text)s'") % {"text": plain(str(after["text"]))}
    names = {"owner": told.owner(), "of": _of(told)}
    if told.new:
        facts = given(text, part(_("due by %(value)s"), after.get("due_on")), words.told(after["level"]))
        if told.revealed:
            return Said(_("%(owner)s disclosed a condition precedent of %(of)s") % names, facts)
        return Said(_("%(owner)s added a condition precedent of %(of)s") % names, facts)
    if "state" in told.before:
        evidence = part(_("evidence %(value)s"), after.get("evidence"))
        facts = given(text, evidence, part(_("reason %(value)s"), after.get("reason")))
        if after["state"] == "lapsed":
            return Said(_("A condition precedent of %(of)s lapsed") % names, facts)
        state = {"state": word(after["state"])}
        return Said(_("A condition precedent of %(of)s was %(state)s") % (names | state), facts)
    return changed(told, _("A condition precedent of %(of)s") % names)


def _notice(told: Told) -> Said:
    after, over = told.after, told.after["days"] == 0
    on, names = (str(after["due_on"]),), {"of": _of(told)}
    match after["kind"]:
        case "condition":
            if over:
                return Said(_("A condition precedent of %(of)s is overdue") % names, on)
            return Said(_("A condition precedent of %(of)s is due soon") % names, on)
        case "availability":
            if over:
                return Said(_("The availability of the tranche of %(of)s has ended") % names, on)
            return Said(_("The availability of the tranche of %(of)s ends soon") % names, on)
    if over:
        return Said(_("A commitment of %(owner)s lapsed") % {"owner": told.owner()}, on)
    return Said(_upper(_("%(of)s runs out soon") % names), on)


def _of(told: Told) -> str:
    # A warning of what is no condition is of a commitment always.
    return whose(told) if told.after.get("commitment_id") else _("the deal")


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


MAKERS: dict[str, Callable[[Told], Said]] = {"deals_condition": _condition, "deals_expirynotice": _notice}
