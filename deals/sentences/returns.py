"""What an annual return says, in the language that is active. Pure: rows come in."""

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _

from deals.money import Money, figure
from deals.sentences.words import listed


def side(code: str) -> str:
    """What is counted apart."""
    return {
        "money": _("money"),
        "cover": _("cover"),
        "within": _("funded share in another's loan"),
        "risk": _("risk participation"),
    }[code]


def amount(line: Mapping[str, str], name: str) -> str:
    """One of the amounts of a figure: 'USD 170,000,000'."""
    return figure(Money.total(Decimal(line[name]), line["currency"]))


def figure_in_words(line: Mapping[str, str]) -> str:
    """'money: USD 130,000,000 net (signed USD 170,000,000, transferred out USD 40,000,000)'."""
    named = {
        "signed": _("signed %(amount)s"),
        "transferred_in": _("transferred in %(amount)s"),
        "transferred_out": _("transferred out %(amount)s"),
        "refinancing": _("refinancing %(amount)s"),
    }
    parts = [says % {"amount": amount(line, name)} for name, says in named.items() if Decimal(line[name])]
    if Decimal(line["adjustment"]):
        facts = {"amount": amount(line, "adjustment"), "reason": line["reason"]}
        parts.append(_("adjusted by %(amount)s: %(reason)s") % facts)
    facts = {"side": side(line["side"]), "net": amount(line, "net"), "parts": listed(parts)}
    return (_("%(side)s: %(net)s net (%(parts)s)") if parts else _("%(side)s: %(net)s net")) % facts
