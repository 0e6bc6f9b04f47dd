"""A project, its minerals, its companies and what is stated of it, in sentences."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from deals.plain import plain
from deals.sentences.esg import outcome, principle
from deals.sentences.making import Said, Told, changed
from deals.sentences.words import amount, given, part, word


def _project(told: Told) -> Said:
    after = told.after
    if told.new:
        head = _("%(owner)s disclosed the project") if told.revealed else _("%(owner)s registered the project")
        return Said(head % {"owner": told.owner()}, given(part(_("country %(value)s"), after.get("country"))))
    return changed(told, _("The project"))


def _mineral(told: Told) -> Said:
    names = {"owner": told.owner(), "mineral": told.names.mineral(told.after.get("mineral_id"))}
    if told.new:
        by_product = _("as a by-product") if told.after.get("by_product") else ""
        return Said(_("%(owner)s says that the project yields %(mineral)s") % names, given(by_product))
    return changed(told, _("What %(owner)s says of %(mineral)s in the project") % names)


def _company(told: Told) -> Said:
    after = told.after
    names = {"company": told.names.company(after.get("company_id")), "role": word(after["role"])}
    dates = given(part(_("since %(value)s"), after.get("since")), part(_("until %(value)s"), after.get("until")))
    if told.new:
        return Said(_("%(company)s is %(role)s of the project") % names, dates)
    if after.get("until") and not told.before.get("until"):
        return Said(_("The role of %(company)s as %(role)s of the project ended") % names, dates)
    return Said(_("The role of %(company)s as %(role)s of the project changed") % names, dates)


def _fact(told: Told) -> Said:
    after = told.after
    names = {"owner": told.owner(), "what": word(after["code"])}
    if not told.new:
        return changed(told, _("What %(owner)s states of the project's %(what)s") % names)
    head = (
        _("%(owner)s disclosed the project's %(what)s")
        if told.revealed
        else _("%(owner)s states the project's %(what)s")
    )
    of = told.names.mineral(after["mineral_id"]) if after.get("mineral_id") else ""
    category = word(after["category"]) if after.get("category") else ""
    return Said(head % names, given(of, category, _value(told), part(_("as of %(value)s"), after.get("as_of"))))


def _value(told: Told) -> str:
    after = told.after
    if after.get("text"):
        known = after["code"] in ("development_stage", "study_type")
        return word(after["text"]) if known else plain(after["text"])
    return _quantity(after) or after.get("day") or amount(after)


def _quantity(after: Mapping[str, Any]) -> str:
    if after.get("quantity") is None:
        return ""
    quantity = {"quantity": f"{Decimal(str(after['quantity'])).normalize():,f}", "unit": word(after["unit"])}
    return _("%(quantity)s %(unit)s") % quantity


def _holding(told: Told) -> Said:
    after = told.after
    names = {"owner": told.owner()}
    if not told.new:
        return changed(told, _("What %(owner)s states of a holding") % names)
    if after.get("holder_id"):
        names |= {"holder": told.names.company(after["holder_id"])}
        head = _("%(owner)s states what %(holder)s holds") % names
    else:
        head = _("%(owner)s states what many small holders hold together") % names
    share, control = percent(after.get("share")), word(after["control"]) if after.get("control") else ""
    return Said(head, given(share, control, part(_("as of %(value)s"), after.get("as_of"))))


def _offtake(told: Told) -> Said:
    after = told.after
    names = {"owner": told.owner()}
    if not told.new:
        return changed(told, _("What %(owner)s states of an offtake") % names)
    names |= {"buyer": told.names.company(after["buyer_id"]), "mineral": told.names.mineral(after["mineral_id"])}
    size = percent(after.get("share")) or _quantity(after)
    binding = _("binding") if after["binding"] else _("not binding")
    years = part(_("from %(value)s"), after["first_year"]), part(_("to %(value)s"), after.get("last_year"))
    return Said(_("%(owner)s states that %(buyer)s takes %(mineral)s") % names, given(size, *years, binding))


def _category(told: Told) -> Said:
    after = told.after
    names = {"owner": told.owner()}
    if not told.new:
        return changed(told, _("The ESG category of %(owner)s") % names)
    head = _("%(owner)s gives the project an ESG category") % names
    return Said(head, given(after["category"], part(_("as of %(value)s"), after.get("as_of"))))


def _screening(told: Told) -> Said:
    after = told.after
    names = {"owner": told.owner(), "principle": principle(after["principle"])}
    head = _("%(owner)s screens the project: %(principle)s") % names
    return Said(head, given(outcome(after["outcome"]), plain(after["evidence"])))


def answered(told: Told) -> Said:
    """An owner's reason why what a check doubts is so."""
    names = {"owner": told.owner()}
    if not told.new:
        return changed(told, _("The answer of %(owner)s to a doubt") % names)
    return Said(_("%(owner)s answers what is doubted") % names, given(plain(told.after["reason"])))


def percent(share: object) -> str:
    """'12.5 %', or nothing where it is not known."""
    if share is None:
        return ""
    return _("%(share)s %%") % {"share": f"{Decimal(str(share)).normalize():f}"}


MAKERS: dict[str, Callable[[Told], Said]] = {
    "deals_project": _project,
    "deals_projectmineral": _mineral,
    "deals_companyrole": _company,
    "deals_projectfact": _fact,
    "deals_holding": _holding,
    "deals_offtake": _offtake,
    "deals_esgcategory": _category,
    "deals_esgscreening": _screening,
    "deals_projectcheckanswer": answered,
}
