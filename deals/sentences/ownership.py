"""What rule packs find in who holds a project, in the language that is active. Pure: names come in."""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from django.utils.translation import gettext as _

from deals.ownership import Concern, Finding, Path, Ranged, Tiers, Verdict
from deals.sentences.days import day_in_words
from deals.sentences.mandates import country
from deals.sentences.of_projects import percent
from deals.sentences.words import listed

_SHOWN = Decimal("0.01")


def share_in_words(share: Ranged) -> str:
    """'26 %', or '0 % to 30 %'. The lower end rounded down, the upper one up."""
    low, high = _low(share.low), _high(share.high)
    return low if share.known else _("%(low)s to %(high)s") % {"low": low, "high": high}


def finding_in_words(found: Finding, tiers: Tiers) -> str:
    """What a pack finds, with its threshold."""
    pack = found.pack
    names = {
        "low": _low(found.share.low),
        "high": _high(found.share.high),
        "threshold": _low(pack.threshold),
        "countries": listed(map(country, pack.countries)),
        "holder": tiers.holders[found.holder].name if found.holder else "",
    }
    return _SAID[pack.concern, found.verdict]() % names


_SAID = {
    (Concern.EACH, Verdict.FLAGGED): lambda: _("%(holder)s holds %(low)s: at or over %(threshold)s."),
    (Concern.EACH, Verdict.CLEAR): lambda: _("Nobody holds more than %(high)s: under %(threshold)s."),
    (Concern.EACH, Verdict.UNKNOWN): lambda: _(
        "As far as told nobody holds %(threshold)s, but somebody may hold up to %(high)s."
    ),
    (Concern.STATES, Verdict.FLAGGED): lambda: _("States (%(countries)s) hold %(low)s: at or over %(threshold)s."),
    (Concern.STATES, Verdict.CLEAR): lambda: _("States (%(countries)s) hold at most %(high)s: under %(threshold)s."),
    (Concern.STATES, Verdict.UNKNOWN): lambda: _(
        "States (%(countries)s) hold %(low)s as far as told, and may hold up to %(high)s: it may reach %(threshold)s."
    ),
    (Concern.COMPANIES, Verdict.FLAGGED): lambda: _(
        "Companies (%(countries)s) hold %(low)s: at or over %(threshold)s."
    ),
    (Concern.COMPANIES, Verdict.CLEAR): lambda: _(
        "Companies (%(countries)s) hold at most %(high)s: under %(threshold)s."
    ),
    (Concern.COMPANIES, Verdict.UNKNOWN): lambda: _(
        "Companies (%(countries)s) hold %(low)s as far as told, and may hold up to %(high)s: it may reach "
        "%(threshold)s."
    ),
}


def cited(found: Finding) -> str:
    """Which rule it is, in which version."""
    pack = found.pack
    names = {"name": _(pack.name), "version": pack.version, "day": day_in_words(pack.since)}
    return _("%(name)s, version %(version)s of %(day)s") % names


def way(path: Path, tiers: Tiers) -> str:
    """'Beijing Group → Holding B: 6 %'."""
    names = " → ".join(tiers.holders[key].name for key in path.holders)
    said = _("%(names)s: %(share)s, by control") if path.by_control else _("%(names)s: %(share)s")
    return said % {"names": names, "share": share_in_words(path.share)}


def _low(share: Decimal) -> str:
    return percent(share.quantize(_SHOWN, ROUND_FLOOR))


def _high(share: Decimal) -> str:
    return percent(share.quantize(_SHOWN, ROUND_CEILING))
