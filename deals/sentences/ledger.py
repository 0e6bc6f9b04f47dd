"""Movements, transfers and proposals as sentences."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from deals.sentences import words
from deals.sentences.making import Said, Told
from deals.sentences.making import whose as of_whom
from deals.sentences.words import amount, given, part, word


def _movement(told: Told) -> Said:
    after = told.after
    facts = (amount(after), _effective(told))
    names = {"owner": told.owner(), "of": of_whom(told), "kind": _kind(after["kind"])}
    if told.new or "state" in told.before:
        seen = words.told(after["level"]) if after["state"] == "confirmed" and told.new else ""
        return Said(_recorded(told) % names, given(*facts, seen))
    if "level" in told.before:
        head = _("A movement of %(of)s is now %(told)s: %(kind)s") % (names | {"told": words.told(after["level"])})
        return Said(head, given(*facts))
    return Said(_("A movement of %(of)s changed: %(kind)s") % names, given(*facts))


def _kind(code: str) -> str:
    return _("the committed amount at signature") if code == "initial" else word(code)


def _recorded(told: Told) -> str:
    if told.after["state"] == "prepared":
        return _("%(owner)s prepared in the ledger of %(of)s: %(kind)s")
    if told.after["state"] == "rejected":
        return _("%(owner)s rejected in the ledger of %(of)s: %(kind)s")
    if told.revealed:
        return _("%(owner)s disclosed in the ledger of %(of)s: %(kind)s")
    return _("%(owner)s recorded in the ledger of %(of)s: %(kind)s")


def _transfer(told: Told) -> Said:
    state, names = told.after["state"], _to(told)
    if told.after.get("withdrawn_on"):
        return Said(_("%(owner)s withdrew its offer of a transfer to %(to)s") % names, _facts(told))
    if state == "prepared":
        return Said(_("%(owner)s prepared an offer of a transfer to %(to)s") % names, _facts(told))
    if state == "rejected":
        return Said(_("%(owner)s rejected an offer of a transfer to %(to)s") % names, _facts(told))
    return Said(_("%(owner)s offered a transfer to %(to)s") % names, _facts(told))


def _proposal(told: Told) -> Said:
    names = _to(told) | {"kind": word(told.after["kind"])}
    if told.after.get("withdrawn_on"):
        return Said(_("%(owner)s withdrew its proposal of a %(kind)s to %(to)s") % names, _facts(told))
    return Said(_("%(owner)s proposed a %(kind)s to %(to)s") % names, _facts(told))


def _to(told: Told) -> dict[str, str]:
    return {"owner": told.owner(), "to": told.names.institution(told.after.get("to_id"))}


def _facts(told: Told) -> tuple[str, ...]:
    reference = part(_("reference %(value)s"), told.after.get("reference"))
    return given(amount(told.after), _effective(told), reference)


def _effective(told: Told) -> str:
    return part(_("effective %(value)s"), told.after.get("effective_on"))


MAKERS: dict[str, Callable[[Told], Said]] = {
    "deals_movement": _movement,
    "deals_transfer": _transfer,
    "deals_movementproposal": _proposal,
}
