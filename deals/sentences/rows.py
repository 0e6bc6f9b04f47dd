"""Rows called as their `str` calls them, in the language that is active: a `str` is English, as the API and the log."""

from django.utils.translation import gettext as _

from deals.models import DealRole, Movement
from deals.money import Money
from deals.sentences.words import word


def role_in_words(role: DealRole) -> str:
    """'Hanok: Mandated Lead Arranger'."""
    return _("%(institution)s: %(role)s") % {"institution": role.institution, "role": word(role.get_role_display())}


def movement_in_words(movement: Movement) -> str:
    """'drawdown of USD 5,000,000.00'."""
    money = Money(movement.amount, movement.currency)
    return _("%(kind)s of %(amount)s") % {"kind": word(movement.kind), "amount": money}
