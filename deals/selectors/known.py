"""What an imported file can name, of what the asker sees: names, without knowing what they will be used for."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from deals.models import Commitment, Company, Deal, Mineral, Project, Tranche
from deals.sentences.words import instrument_word, listed, word


@dataclass(frozen=True)
class Called:
    """A row and its names; `within` is what it is part of: a tranche's deal, a deal's project."""

    id: UUID
    label: str
    names: tuple[str, ...]
    within: UUID | None = None


def minerals() -> list[Called]:
    rows = Mineral.objects.values_list("pk", "name", "slug", "symbol")
    return [Called(pk, name, (slug, symbol, *name.split(" / "))) for pk, name, slug, symbol in rows]


def projects() -> list[Called]:
    """As the asker sees them; of each its owner, since names are anybody's."""
    rows = Project.objects.values_list("pk", "name", "slug", "aliases", "owner__short_name", "country")
    return [
        Called(
            pk,
            _("%(name)s (%(country)s, of %(owner)s)") % {"name": name, "country": country, "owner": owner},
            (name, slug, *aliases),
        )
        for pk, name, slug, aliases, owner, country in rows
    ]


def companies() -> list[Called]:
    rows = Company.objects.values_list("pk", "name", "aliases", "lei")
    return [Called(pk, name, (*aliases, lei)) for pk, name, aliases, lei in rows]


def deals() -> list[Called]:
    rows = Deal.objects.values_list("pk", "name", "slug", "code_name", "owner__short_name", "project_id")
    return [
        Called(pk, _("%(name)s (of %(owner)s)") % {"name": name, "owner": owner}, (name, slug, code_name), project)
        for pk, name, slug, code_name, owner, project in rows
    ]


def tranches() -> list[Called]:
    return [Called(pk, name, (), deal) for pk, name, deal in Tranche.objects.values_list("pk", "name", "deal_id")]


Recognised = Iterable[tuple[tuple[str, ...], str]]


def own_projects(institution: UUID) -> Recognised:
    """The institution's own by what they are recognised by, and how each is shown."""
    for name, country in Project.objects.filter(owner=institution).values_list("name", "country"):
        yield ("projects", name, country), name


def own_deals(institution: UUID) -> Recognised:
    """As `own_projects`."""
    for name in Deal.objects.filter(owner=institution).values_list("name", flat=True):
        yield ("deals", name), name


def own_commitments(institution: UUID, references: list[str], *, by_figure: bool) -> Recognised:
    """As `own_projects`: those with one of these references, and, `by_figure`, all by deal, instrument and size."""
    mine = Commitment.objects.filter(owner=institution, institution=institution)
    named = mine.filter(reference__among=references).values_list("reference", "instrument", "stage")
    for reference, instrument, stage in named if references else ():
        yield ("commitments", "reference", reference), f"{reference}, {_shown(instrument, stage)}"
    stated = mine.filter(size__amount__isnull=False)
    facts = stated.values_list("deal_id", "instrument", "stage", "size__amount", "size__currency")
    deals: dict[UUID, str] = {}
    for deal, instrument, stage, amount, currency in facts.iterator() if by_figure else ():
        # An institution may have very many, in few deals.
        figure = f"{amount.normalize():f} {currency}" if amount is not None else ""
        yield ("commitments", deals.setdefault(deal, f"{deal}"), instrument, figure), _shown(instrument, stage)


@cache
def _words(instrument: str, stage: str, _language: str) -> str:
    return listed([instrument_word(instrument), word(stage)])


def _shown(instrument: str, stage: str) -> str:
    return _words(instrument, stage, get_language() or "")
