"""Why a deal meets what a mandate asks, or does not, in the language that is active. Pure: facts and names come in."""

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deals.models import Mandate
from deals.sentences.mandates import country, either, tie
from deals.sentences.words import instrument_word, word

if TYPE_CHECKING:
    from deals.selectors.matching import Match
    from deals.selectors.sought import Sought


def reason(criterion: str, match: "Match", mandate: Mandate, sought: "Sought", minerals: Mapping[UUID, str]) -> str:
    """One sentence for one criterion of a match."""
    verdict = match.verdicts[criterion]  # type: ignore[index]  # a StrEnum is its text
    return _SAID[criterion](verdict.value, match, mandate, sought, minerals)


Say = Callable[[str, "Match", Mandate, "Sought", Mapping[UUID, str]], str]


def _not_asked() -> str:
    return _("The mandate does not ask for it.")


def _named(keys: Collection[UUID], minerals: Mapping[UUID, str]) -> str:
    return either(sorted(minerals[key] for key in keys if key in minerals))


def _minerals(said: str, _match: "Match", mandate: Mandate, sought: "Sought", minerals: Mapping[UUID, str]) -> str:
    if not mandate.minerals:
        return _not_asked()
    if said == "unknown":
        return _("What the project yields is not told.")
    if said == "passed":
        both = set(mandate.minerals) & set(sought.minerals)
        return _("The project yields %(minerals)s.") % {"minerals": _named(both, minerals)}
    names = {"there": _named(sought.minerals, minerals), "asked": _named(mandate.minerals, minerals)}
    return _("The project yields %(there)s; the mandate is for %(asked)s.") % names


def _chain(said: str, _match: "Match", mandate: Mandate, sought: "Sought", _names: Mapping[UUID, str]) -> str:
    if not mandate.chain_stages:
        return _not_asked()
    if said == "unknown":
        return _("The project's place in the supply chain is not told.")
    there, asked = either(map(word, sought.chain_stages)), either(map(word, mandate.chain_stages))
    if said == "passed":
        return _("The project is for %(stages)s.") % {"stages": there}
    return _("The project is for %(there)s; the mandate is for %(asked)s.") % {"there": there, "asked": asked}


def _stage(said: str, _match: "Match", mandate: Mandate, sought: "Sought", _names: Mapping[UUID, str]) -> str:
    if not mandate.earliest_stage:
        return _not_asked()
    if said == "unknown":
        return _("The project's development stage is not told.")
    names = {"there": word(sought.stage), "asked": word(mandate.earliest_stage)}
    if said == "passed":
        return _("The project stands at %(there)s.") % names
    return _("The project stands at %(there)s; the mandate begins at %(asked)s.") % names


def _country(said: str, _match: "Match", mandate: Mandate, sought: "Sought", _names: Mapping[UUID, str]) -> str:
    if not mandate.countries and not mandate.countries_out:
        return _not_asked()
    if said == "unknown":
        return _("The project's country is not told.")
    named = {"country": country(sought.country)}
    if said == "passed":
        return _("The project is in %(country)s.") % named
    return _("The project is in %(country)s, outside of the mandate.") % named


def _instruments(said: str, _match: "Match", mandate: Mandate, _sought: "Sought", _names: Mapping[UUID, str]) -> str:
    if not mandate.instruments:
        return _not_asked()
    if said == "unknown":
        return _("No base tranche is told.")
    named = {"instruments": either(map(instrument_word, mandate.instruments))}
    if said == "passed":
        return _("A base tranche can take %(instruments)s.") % named
    return _("No base tranche can take %(instruments)s.") % named


def _ticket(said: str, match: "Match", mandate: Mandate, sought: "Sought", _names: Mapping[UUID, str]) -> str:
    if mandate.ticket_from is None:
        return _not_asked()
    if said == "unknown":
        return _("No target is told, or no rate converts the ticket.")
    names = {"there": str(sought.target), "asked": str(match.smallest)}
    if said == "passed":
        return _("The deal seeks %(there)s.") % names
    return _("The deal seeks %(there)s; the smallest ticket is %(asked)s.") % names


def _tenor(said: str, _match: "Match", mandate: Mandate, sought: "Sought", _names: Mapping[UUID, str]) -> str:
    longest = mandate.longest_tenor_months
    if longest is None:
        return _not_asked()
    if said == "unknown":
        return _("The tenor is not told of every base tranche.")
    shortest = min(sought.tenors)
    named = {"n": shortest, "longest": longest}
    if said == "passed":
        return ngettext("A base tranche runs for %(n)s month.", "A base tranche runs for %(n)s months.", shortest) % {
            "n": shortest
        }
    return _("The shortest base tranche runs for %(n)s months; the longest tenor is %(longest)s.") % named


def _link(said: str, _match: "Match", mandate: Mandate, _sought: "Sought", _names: Mapping[UUID, str]) -> str:
    if not mandate.links:
        return _not_asked()
    if said == "unknown":
        return _("Not every company that could tie it to %(country)s is told.") % {
            "country": country(mandate.link_country)
        }
    if said == "passed":
        return _("The project has %(tie)s.") % {"tie": tie(mandate)}
    return _("The project does not have %(tie)s.") % {"tie": tie(mandate)}


def _gap(said: str, match: "Match", _mandate: Mandate, _sought: "Sought", _names: Mapping[UUID, str]) -> str:
    if said == "unknown" or match.gap is None:
        return _("How much is left is not known.")
    if not match.gap.amount:
        return _("Firm money covers the target: nothing is left.")
    if said == "passed":
        return _("At most %(gap)s is left.") % {"gap": str(match.gap)}
    names = {"gap": str(match.gap), "asked": str(match.smallest)}
    return _("At most %(gap)s is left; the smallest ticket is %(asked)s.") % names


_SAID: dict[str, Say] = {
    "minerals": _minerals,
    "chain_stages": _chain,
    "stage": _stage,
    "country": _country,
    "instruments": _instruments,
    "ticket": _ticket,
    "tenor": _tenor,
    "link": _link,
    "gap": _gap,
}
