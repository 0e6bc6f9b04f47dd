"""Commitments, their sizes and prices, and allocations, in sentences."""

from collections.abc import Callable
from decimal import Decimal

from django.utils.translation import gettext as _

from deals.lifecycle import STAGES, Class
from deals.sentences import words
from deals.sentences.making import Said, Told, changed, of, whose
from deals.sentences.words import amount, bare, given, noun, part, until, word


def _commitment(told: Told) -> Said:
    after, who = told.after, told.by()
    what = noun(after["stage"], after["instrument"])
    if told.new:
        size = amount(told.size.after) if told.size and told.size.after else ""
        facts = given(size, until(after), words.told(after["level"]))
        head = _("%(who)s disclosed %(what)s") if told.revealed else _("%(who)s recorded %(what)s")
        return Said(head % {"who": who, "what": what}, facts)
    if "stage" in told.before:
        was = of(who, bare(told.before["stage"], after["instrument"]))
        if STAGES[after["stage"]].cls is Class.ENDED:
            return Said(_("%(was)s is %(ended)s") % {"was": was, "ended": word(after["stage"])})
        return Said(_("%(was)s became %(what)s") % {"was": was, "what": what}, given(until(after)))
    return changed(told, of(who, bare(after["stage"], after["instrument"])))


def _size(told: Told) -> Said:
    names = {"of": whose(told)}
    if told.new:
        head = _("The size of %(of)s was disclosed") if told.revealed else _("The size of %(of)s was stated")
        return Said(head % names, given(amount(told.after), words.told(told.after["level"])))
    if told.changed("amount", "currency", "qualifier"):
        was = part(_("before %(value)s"), amount({**told.after, **told.before}))
        return Said(_("The size of %(of)s changed") % names, given(amount(told.after), was))
    return changed(told, _("The size of %(of)s") % names)


def _price(told: Told) -> Said:
    names, after = {"of": whose(told)}, told.after
    margin = f"{Decimal(after['margin_bps']).normalize():f}" if after.get("margin_bps") else ""
    facts = given(
        part(_("margin %(value)s bp"), margin),
        part(_("fees %(value)s"), after.get("fees")),
        part(_("premium %(value)s"), after.get("premium")),
    )
    if told.new:
        head = _("The price of %(of)s was disclosed") if told.revealed else _("The price of %(of)s was stated")
        return Said(head % names, facts)
    if told.changed("margin_bps", "fees", "premium"):
        return Said(_("The price of %(of)s changed") % names, facts)
    return changed(told, _("The price of %(of)s") % names)


def _allocation(told: Told) -> Said:
    tranche = told.names.tranche(told.after.get("tranche_id")) or _("a tranche")
    names, total = {"owner": told.owner(), "tranche": tranche}, given(amount(told.after, "total"))
    if told.event.action == "created":
        return Said(_("%(owner)s prepared an allocation of %(tranche)s") % names, total)
    if told.after["state"] == "rejected":
        return Said(_("%(owner)s did not allocate %(tranche)s") % names, total)
    return Said(_("%(owner)s allocated %(tranche)s") % names, total)


def _line(told: Told) -> Said:
    names = {"lead": told.owner(), "who": told.by()}
    offered = {"amount": amount(told.after), "bid": amount(told.after, "bid")}
    facts = (_("%(amount)s of %(bid)s offered") % offered,)
    if told.event.action == "created":
        return Said(_("%(lead)s prepared to allocate to %(who)s") % names, facts)
    if "taken_back_on" in told.before:
        return Said(_("%(lead)s took back what it allocated to %(who)s") % names, facts)
    if told.after["state"] == "rejected":
        return Said(_("%(lead)s did not allocate to %(who)s") % names, facts)
    return Said(_("%(lead)s allocated to %(who)s") % names, facts)


def _acceptance(told: Told) -> Said:
    return Said(_answered(told) % {"who": told.owner()})


def _answered(told: Told) -> str:
    accepted = told.after["answer"] == "accepted"
    if told.event.action == "created":
        if accepted:
            return _("%(who)s prepared to accept its allocation")
        return _("%(who)s prepared to decline its allocation")
    if "given_back_on" in told.before:
        return _("%(who)s gave its allocation back")
    if told.after["state"] == "rejected":
        return _("%(who)s did not accept its allocation") if accepted else _("%(who)s did not decline its allocation")
    return _("%(who)s accepted its allocation") if accepted else _("%(who)s declined its allocation")


MAKERS: dict[str, Callable[[Told], Said]] = {
    "deals_commitment": _commitment,
    "deals_size": _size,
    "deals_price": _price,
    "deals_allocation": _allocation,
    "deals_allocationline": _line,
    "deals_allocationacceptance": _acceptance,
}
