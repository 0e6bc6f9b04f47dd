"""A deal, its tranches, its parties and their roles, in sentences."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from deals.plain import plain
from deals.sentences.making import Said, Told, changed
from deals.sentences.of_projects import answered
from deals.sentences.words import amount, given, part, word


def _deal(told: Told) -> Said:
    after = told.after
    target = amount(after, "target_amount", "target_currency")
    if told.new:
        head = _("%(owner)s disclosed the deal") if told.revealed else _("%(owner)s registered the deal")
        status = _("status %(status)s") % {"status": word(after["status"])}
        return Said(head % {"owner": told.owner()}, given(status, part(_("target %(value)s"), target)))
    if "status" in told.before:
        statuses = {"before": word(told.before["status"]), "after": word(after["status"])}
        return Said(_("The deal went from %(before)s to %(after)s") % statuses)
    if told.changed("target_amount", "target_currency"):
        return Said(_("The deal's target changed"), given(target))
    return changed(told, _("The deal"))


def _tranche(told: Told) -> Said:
    name = told.names.tranche(told.after.get("id")) or plain(str(told.after.get("name", "")), 60)
    names = {"owner": told.owner(), "name": name}
    if told.new:
        facts = given(amount(told.after), word(told.after["purpose"]))
        head = (
            _("%(owner)s disclosed the tranche %(name)s")
            if told.revealed
            else _("%(owner)s added the tranche %(name)s")
        )
        return Said(head % names, facts)
    if told.changed("amount", "currency"):
        return Said(_("The amount of the tranche %(name)s changed") % names, given(amount(told.after)))
    return changed(told, _("The tranche %(name)s") % names)


def _party(told: Told) -> Said:
    after, names = told.after, {"owner": told.owner(), "who": told.by()}
    facts = given(_nda(told))
    if told.event.action == "created" and after.get("state") == "prepared":
        return Said(_("%(owner)s prepared the invitation of %(who)s") % names, facts)
    if told.event.action == "created" or told.before.get("state") == "prepared":
        if after.get("state") == "rejected":
            return Said(_("%(owner)s did not invite %(who)s") % names, facts)
        return Said(_("%(owner)s invited %(who)s") % names, facts)
    if told.revealed:
        return Said(_("%(who)s is invited to the deal") % names, facts)
    if "left_on" in told.before:
        return Said(_("%(who)s left the deal") % names, given(part(_("on %(value)s"), after.get("left_on"))))
    if told.changed("nda_signed_on", "nda_expires_on"):
        return Said(_("The NDA of %(who)s changed") % names, facts)
    return changed(told, _("The invitation of %(who)s") % names)


def _nda(told: Told) -> str:
    signed, ends = told.after.get("nda_signed_on"), told.after.get("nda_expires_on")
    if signed and ends:
        return _("NDA in force from %(signed)s until %(ends)s") % {"signed": signed, "ends": ends}
    return part(_("NDA in force from %(value)s"), signed)


def _role(told: Told) -> Said:
    after = told.after
    names = {"owner": told.owner(), "who": told.by(), "role": word(after["role"])}
    dates = given(part(_("since %(value)s"), after.get("since")), part(_("until %(value)s"), after.get("until")))
    if told.event.action == "created" and after.get("state") == "prepared":
        return Said(_("%(owner)s prepared to name %(who)s %(role)s") % names, dates)
    if told.new or told.before.get("state") == "prepared":
        if after.get("state") == "rejected":
            return Said(_("%(who)s was not named %(role)s") % names, dates)
        return Said(_("%(who)s is %(role)s") % names, dates)
    if after.get("until") and not told.before.get("until"):
        return Said(_("The role of %(who)s as %(role)s ended") % names, dates)
    return Said(_("The role of %(who)s as %(role)s changed") % names, dates)


MAKERS: dict[str, Callable[[Told], Said]] = {
    "deals_deal": _deal,
    "deals_tranche": _tranche,
    "deals_party": _party,
    "deals_dealrole": _role,
    "deals_dealcheckanswer": answered,
}
