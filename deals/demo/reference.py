"""The reference rows of the demo: networks, institutions, memberships, minerals with their lists, sources."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from deals.demo import words
from deals.demo.facts import Facts, InstitutionFact
from deals.demo.report import Report
from deals.demo.rows import SourceFact
from deals.demo.writing import add_missing, fixed_id
from deals.models import Listing, Mineral, Source
from institutions.models import Function, Institution, Kind, Membership, MembershipStatus, Network

MSFN, FORGE = "msfn", "forge"
FOUNDED, HANDED_OVER = date(2024, 9, 23), date(2026, 2, 4)
# No list of participants was ever published; every page that shows a membership shows this.
BASIS = "inferred for the demo: its home country (for the EIB the EU) is in the joint statement of 23 September 2024"


def network_id(code: str) -> UUID:
    return fixed_id("network", code)


def institution_id(slug: str) -> UUID:
    return fixed_id("institution", slug)


def mineral_id(slug: str) -> UUID:
    return fixed_id("mineral", slug)


def source_id(source: SourceFact) -> UUID:
    return fixed_id("source", source.title, source.url, source.date, source.confidence)


def load_reference(facts: Facts, report: Report) -> None:
    """Run as the secretariat, which curates these tables."""
    _networks(report)
    functions = _functions(facts)
    add_missing(report, [_institution(fact, sorted(functions[fact.slug])) for fact in facts.institutions])
    _memberships(facts, report)
    _minerals(facts, report)
    add_missing(report, [_source(source) for source in _sources(facts)])


def _networks(report: Report) -> None:
    before = Network(
        id=network_id(MSFN),
        code=MSFN,
        name="Minerals Security Partnership Finance Network",
        founded_on=FOUNDED,
        ended_on=HANDED_OVER,
    )
    after = Network(
        id=network_id(FORGE), code=FORGE, name="FORGE", founded_on=HANDED_OVER, predecessor_id=network_id(MSFN)
    )
    add_missing(report, [before, after])


def _functions(facts: Facts) -> dict[str, set[Function]]:
    done: dict[str, set[Function]] = defaultdict(set)
    for fact in facts.commitments:
        done[fact.institution].add(words.FUNCTIONS[fact.instrument])
    return done


def _institution(fact: InstitutionFact, functions: list[Function]) -> Institution:
    return Institution(
        id=institution_id(fact.slug),
        slug=fact.slug,
        name=fact.name,
        native_name=fact.native_name,
        short_name=fact.short_name,
        kind=fact.kind,
        functions=functions,
        country=fact.country,
        lei=fact.lei,
        lei_basis=fact.lei_basis,
        website=fact.website,
        source=fact.source,
        confidence=fact.confidence,
    )


def _memberships(facts: Facts, report: Report) -> None:
    terms: tuple[tuple[str, date, date | None], ...] = ((MSFN, FOUNDED, HANDED_OVER), (FORGE, HANDED_OVER, None))
    add_missing(
        report,
        [
            Membership(
                id=fixed_id("membership", code, fact.slug),
                institution_id=institution_id(fact.slug),
                network_id=network_id(code),
                status=MembershipStatus.MEMBER,
                since=since,
                until=until,
                basis=BASIS,
            )
            for code, since, until in terms
            for fact in facts.institutions
            # Commercial banks take part by invitation.
            if fact.home_in_network and fact.kind is not Kind.COMMERCIAL_BANK
        ],
    )


def _minerals(facts: Facts, report: Report) -> None:
    add_missing(
        report,
        [
            Mineral(
                id=mineral_id(fact.slug),
                slug=fact.slug,
                name=fact.name,
                symbol=fact.symbol,
                hs_hint=fact.hs_hint,
                source=fact.source,
                confidence=fact.confidence,
            )
            for fact in facts.minerals
        ],
    )
    add_missing(
        report,
        [
            Listing(
                id=fixed_id("listing", fact.slug, name, version, place),
                mineral_id=mineral_id(fact.slug),
                list=name,
                version=version,
                place=place,
            )
            for fact in facts.minerals
            for name, version, place in fact.listings
        ],
    )


def _sources(facts: Facts) -> Iterable[SourceFact]:
    """Each once: a press article often tells of several rows."""
    return dict.fromkeys(
        [
            *(fact.source for fact in facts.projects),
            *(fact.source for fact in facts.deals),
            *(fact.source for fact in facts.commitments),
        ]
    )


def _source(fact: SourceFact) -> Source:
    return Source(id=source_id(fact), title=fact.title, url=fact.url, date=fact.date, confidence=fact.confidence)
