"""The same few people and banks in every test.

Austral coordinates the deal Wattle; Hanok is a party and has walled it off for Mina and Joon (Dami is a colleague
outside that team); Rhein, a rival, is a party too; Sakura is invited; Maple is a member outside; Fjord observes; Corner
is a commercial bank outside the network; Desk is the secretariat.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.db import connection

from deals.models import Company, Deal, DealStatus, Tranche
from deals.money import Money
from deals.services import approving, deals, inviting
from institutions.isolation.levels import Level
from institutions.isolation.session import System, acting_as
from institutions.models import Approval, Client, Institution, Membership, Network, Staff

BANKS = {
    # slug: (name, country, kind, membership)
    "austral": ("Austral Export Finance", "AU", "export_credit_agency", "member"),
    "hanok": ("Hanok Eximbank", "KR", "export_credit_agency", "member"),
    "rhein": ("Rhein Förderbank", "DE", "national_development_bank", "member"),
    "sakura": ("Sakura Bank for Cooperation", "JP", "export_credit_agency", "member"),
    "maple": ("Maple Development", "CA", "export_credit_agency", "member"),
    "fjord": ("Fjord Fund", "NO", "public_investment_fund", "observer"),
    "corner": ("Corner Commercial Bank", "NL", "commercial_bank", ""),
    "desk": ("Network Secretariat", "FR", "secretariat", ""),
}
PEOPLE = {
    # who: (institution, role)
    "ada": ("austral", "officer"),
    "abe": ("austral", "approver"),
    "mina": ("hanok", "officer"),
    "joon": ("hanok", "approver"),
    "dami": ("hanok", "officer"),
    "rolf": ("rhein", "officer"),
    "rita": ("rhein", "approver"),
    "sora": ("sakura", "officer"),
    "shin": ("sakura", "approver"),
    "marc": ("maple", "officer"),
    "mary": ("maple", "approver"),
    "finn": ("fjord", "officer"),
    "cora": ("corner", "officer"),
    "dora": ("desk", "officer"),
    "dirk": ("desk", "approver"),
}
PASSWORD = "correct horse battery staple"


@dataclass
class Cast:
    network: Network
    banks: dict[str, Institution]
    people: dict[str, Staff]
    deal: Deal
    base: Tranche
    clients: dict[str, Client] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Staff:
        try:
            return self.__dict__["people"][name]  # type: ignore[no-any-return]
        except KeyError:
            raise AttributeError(name) from None

    def bank(self, slug: str) -> Institution:
        return self.banks[slug]

    @classmethod
    def find(cls) -> "Cast":
        """The cast as the tests' template holds it."""
        people = {p.email.split("@")[0]: p for p in Staff.objects.select_related("institution")}
        with acting_as(people["ada"]):
            deal = Deal.objects.select_related("network").get(slug="wattle")
            base = Tranche.objects.get(deal=deal, name="Base senior")
        return cls(
            network=deal.network,
            banks={i.slug: i for i in Institution.objects.filter(slug__in=BANKS)},
            people=people,
            deal=deal,
            base=base,
        )


def in_a_year() -> date:
    return date.today() + timedelta(days=365)


def raise_cast() -> None:
    """Makes the cast, with real commits, each row by its owner."""
    desk = Institution(slug="desk", name="Network Secretariat", short_name="Desk", country="FR", kind="secretariat")
    with connection.cursor() as cursor:
        _as_owner(cursor, desk)
    with acting_as(System("cast", desk.pk)):
        network = Network.objects.create(code="msn", name="Minerals Network", founded_on=date(2024, 9, 23))
        banks = {"desk": desk}
        for slug, (name, country, kind, membership) in BANKS.items():
            if slug == "desk":
                continue
            banks[slug] = Institution.objects.create(
                slug=slug, name=name, short_name=slug.title(), country=country, kind=kind
            )
            if membership:
                Membership.objects.create(
                    institution=banks[slug], network=network, status=membership, since=date(2024, 9, 23)
                )
        people = {
            who: Staff.objects.create_user(
                f"{who}@{bank}.example", PASSWORD, institution=banks[bank], role=role, name=who.title()
            )
            for who, (bank, role) in PEOPLE.items()
        }
    with acting_as(people["ada"]):
        borrower = Company.objects.create(
            owner=banks["austral"], network=network, name="Wattle Rare Earths Ltd", country="AU"
        )
        deal = deals.register_deal(
            by=people["ada"],
            network=network,
            slug="wattle",
            name="Wattle senior package",
            code_name="Blue Gum",
            borrower=borrower,
            target=Money(Decimal(500_000_000), "USD"),
            status=DealStatus.IN_MARKET,
        )
        approval = deals.ask_to_open(by=people["ada"], deal=deal, level=Level.INVITED)
    with acting_as(people["abe"]):
        approving.confirm(by=people["abe"], approval=approval)
    with acting_as(people["ada"]):
        deal.refresh_from_db()
        deals.add_tranche(by=people["ada"], deal=deal, name="Base senior", currency="USD")
        today, later = date.today(), in_a_year()
        for slug in ("hanok", "rhein"):
            inviting.invite(by=people["ada"], deal=deal, institution=banks[slug], on=today, nda_signed_on=today,
                         nda_expires_on=later)  # fmt: skip
        inviting.invite(by=people["ada"], deal=deal, institution=banks["sakura"], on=today)
    with acting_as(people["abe"]):
        for waiting in Approval.objects.filter(decision=""):
            approving.confirm(by=people["abe"], approval=waiting)
    with acting_as(people["mina"]), connection.cursor() as cursor:
        cursor.execute("SELECT wall.wall_off(%s, %s)", [deal.pk, [people["mina"].pk, people["joon"].pk]])


def _as_owner(cursor: object, desk: Institution) -> None:
    """The first secretariat is made by the tables' owner, as an installation makes it: nobody could before it."""
    import os

    import psycopg

    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as owner:
        owner.execute(
            "INSERT INTO institutions_institution (id, slug, name, native_name, short_name, aliases, kind, functions,"
            " country, lei, lei_basis, website, standards, source, confidence)"
            " VALUES (%s, %s, %s, '', %s, '{}', %s, '{}', %s, '', '', '', '{}', '', '')",
            [desk.pk, desk.slug, desk.name, desk.short_name, desk.kind, desk.country],
        )
