"""Rows called as their `str` calls them, in the language that is active: a `str` is English, as the API and the log."""

from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from deals.models import DealRole, Movement
from deals.money import Money
from deals.sentences.words import word


def condition_kind(code: str) -> str:
    """What a condition precedent is about."""
    return pgettext("condition", code.replace("_", " "))


# Said in the language of whoever looks, where a form is put together before that.
later_condition_kind = lazy(condition_kind, str)


def role_in_words(role: DealRole) -> str:
    """'Hanok: Mandated Lead Arranger'."""
    return _("%(institution)s: %(role)s") % {"institution": role.institution, "role": word(role.get_role_display())}


def movement_in_words(movement: Movement) -> str:
    """'drawdown of USD 5,000,000.00'."""
    money = Money(movement.amount, movement.currency)
    return _("%(kind)s of %(amount)s") % {"kind": word(movement.kind), "amount": money}
