"""What an imported file can name, of what the asker sees: names, without knowing what they will be used for."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

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


def own_rows(institution: UUID) -> Iterable[tuple[tuple[str, ...], str]]:
    """The institution's own projects, deals and commitments by what they are recognised by, and how each is shown."""
    for name, country in Project.objects.filter(owner=institution).values_list("name", "country"):
        yield ("projects", name, country), name
    for name in Deal.objects.filter(owner=institution).values_list("name", flat=True):
        yield ("deals", name), name
    rows = Commitment.objects.filter(owner=institution, institution=institution)
    stated = rows.values_list("deal_id", "instrument", "stage", "reference", "size__amount", "size__currency")
    for deal, instrument, stage, reference, amount, currency in stated:
        shown = listed([instrument_word(instrument), word(stage)])
        if reference:
            yield ("commitments", "reference", reference), f"{reference}, {shown}"
        if amount is not None:
            yield ("commitments", str(deal), instrument, f"{amount.normalize():f} {currency}"), shown
