"""A row of every table that holds institutions' rows, each made by the services as the tests of what it is make it.

A table that nobody fills here fails the matrix: it would be a table of which nobody saw who sees it.
"""

from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from deals.models import (
    Commitment,
    Company,
    CompanyRole,
    Document,
    Instrument,
    Kind,
    ParticipationKind,
    Party,
    Reply,
    RoleKind,
    Transfer,
)
from deals.money import Money
from deals.services.answering_checks import answer_deal_check, answer_project_check
from deals.services.commitments import register_commitment
from deals.services.covers import link_cover, promise_together
from deals.services.deciding import Wait
from deals.services.disclosure import set_level
from deals.services.documents import end_consent, take
from deals.services.origin import confirm_published
from deals.services.participations import share_in_loan
from deals.services.parties import declare_conflict, reply
from deals.services.prices import PriceDraft, put_price
from deals.services.proposals import Share, propose_movements
from deals.services.reports import RelianceDraft, commission_report
from deals.services.sizes import SizeDraft
from deals.services.transfers import offer_transfer
from deals.tasks import warn
from institutions.isolation.levels import Level
from institutions.isolation.session import System, acting_as
from institutions.models import ChangeKind, Contact, ContactKind, Membership, Network
from institutions.services.standing import prepare_change
from network.services.importing import confirm, start
from tests.acts import condition, confirm_waiting, grant, letter, signed, walled_network_deal
from tests.cast import Cast, in_a_year
from tests.deals.allocating import allocated, answer, offer, scalable, tranche, usd
from tests.deals.returning import returned
from tests.matrix.letting_in import DAY, coordinator
from tests.packages import Package, m
from tests.project_acts import category, decide, holding, mandate, merge, mineral, offtake, project, screening
from tests.project_acts import company as told_company
from tests.room import approve, consent, document
from tests.worlds.settled import endpoint_of


def fill(cast: Cast, networks: dict[str, Network]) -> None:
    allocations(cast)
    ledgers(cast)
    links(cast)
    waiting(cast)
    room(cast)
    projects(cast, networks)
    of_others(cast)
    members(cast)
    endpoint_of("rhein")
    imports(cast)
    told_the_network(cast)


def allocations(cast: Cast) -> None:
    base = tranche(cast)
    offers = offer(cast, base, usd(95)), offer(cast, base, usd(85), by="rolf")
    allocated(cast, base, scalable(*offers))
    answer(cast, offers[0], accept=True)


def transfer(cast: Cast, of: Commitment, to: str) -> Transfer:
    with acting_as(cast.mina):
        return offer_transfer(
            by=cast.mina, commitment=Commitment.objects.get(pk=of.pk), to=cast.bank(to), reference="TC 1",
            money=Money.of("5000000", "USD"), on=timezone.now().date() - 3 * DAY,
        )  # fmt: skip


def ledgers(cast: Cast) -> None:
    """Money to be handed over, and drawdowns as the agent proposes them."""
    ours = signed(cast, Level.PARTIES, money="91000000")
    confirm_waiting(cast, transfer(cast, ours, "rhein"))
    coordinator(cast, "sakura", RoleKind.FACILITY_AGENT)
    with acting_as(cast.sora):
        # Tern leaves the deal later.
        to = ("hanok", "rhein", "tern", "austral")
        propose_movements(
            by=cast.sora, deal=cast.deal, kind=Kind.DRAWDOWN, on=date.today(), reference="Utilisation 1",
            shares=[Share(cast.bank(slug), Money.of("1000000", "USD")) for slug in to],
        )  # fmt: skip


def links(cast: Cast) -> None:
    """Covers, shares in loans, amounts promised together, and a price."""
    rivals = letter(cast, Level.PARTIES, by="rolf", approver="rita", money="52000000")
    ours = letter(cast, Level.PARTIES, money="51000000")
    another, more = (letter(cast, Level.LEAD, money=f"{n}000000", stage="expression_of_interest") for n in (53, 54))
    with acting_as(cast.mina):
        cover = letter_of_cover(cast)
        link_cover(by=cast.mina, cover=cover, covered=rivals, political=Decimal(50), level=Level.LEAD)
        share_in_loan(by=cast.mina, commitment=ours, lender=rivals, kind=ParticipationKind.FUNDED, level=Level.LEAD)
        promise_together(by=cast.mina, commitments=[another, more], money=Money.of("90000000", "USD"))
        put_price(by=cast.mina, commitment=another, price=PriceDraft(Decimal(120), "1 %", "", Level.LEAD))
    decide(cast, "mina")


def letter_of_cover(cast: Cast) -> Commitment:
    return register_commitment(
        by=cast.mina, deal=cast.deal, instrument=Instrument.GUARANTEE, stage="expression_of_interest",
        level=Level.LEAD, valid_until=in_a_year(), size=SizeDraft(Money.of("30000000", "USD")),
    )  # fmt: skip


def waiting(cast: Cast) -> None:
    """A condition that waits for a rival's money, and one that is due soon, so that its owner is warned."""
    rival = letter(cast, Level.PARTIES, by="rolf", approver="rita", money="41000000")
    ours = letter(cast, Level.LEAD, money="42000000")
    condition(cast, ours, "Rhein approves", waits_for=[Wait(rival, "approved")], level=Level.LEAD)
    condition(cast, ours, "Board approves", due_on=date.today() + 3 * DAY)
    condition(cast, None, "60 % of output sold", by="ada", approver="abe", level=Level.PARTIES)
    warn()


def room(cast: Cast) -> None:
    """Documents, receipts, conflicts, reports; and a document whose sponsor took the consent back."""
    with acting_as(cast.sora):
        reply(by=cast.sora, party=Party.objects.get(institution=cast.bank("sakura")), answer=Reply.ACCEPTED)
    shown = document(cast, Level.PARTIES, by="ada")
    for who in ("rolf", "mina"):
        with acting_as(cast.people[who]):
            take(by=cast.people[who], document=Document.objects.get(pk=shown.pk)).content.close()
    rests = consent(cast, by="rolf")
    document(cast, Level.PARTIES, by="rolf", consent=rests)
    # The last day of this one is tomorrow.
    document(cast, Level.PARTIES, by="rolf", consent=consent(cast, by="rolf", until=date.today() + DAY))
    with acting_as(cast.rolf):
        end_consent(by=cast.rolf, consent=rests)
        conflict = declare_conflict(by=cast.rolf, deal=cast.deal, description="Holds shares in the sponsor")
        declare_conflict(by=cast.rolf, deal=cast.deal, description="Lends to the sponsor", level=Level.LEAD)
    approve(cast, conflict, by="rolf")
    with acting_as(cast.mina):
        declare_conflict(by=cast.mina, deal=cast.deal, description="Lends to a rival", level=Level.LEAD)
        commission_report(by=cast.mina, deal=cast.deal, workstream="technical",
                          reliances=[RelianceDraft(cast.bank("rhein"))])  # fmt: skip


def projects(cast: Cast, networks: dict[str, Network]) -> None:
    """Projects with their minerals and companies, one merged into another; one of a network that ended."""
    old = project(cast, "Lime Ridge", by="marc", level=Level.NETWORK, minerals=(mineral(cast),))
    survivor = project(cast, "Lime Ridge East", by="rolf", level=Level.NETWORK)
    with acting_as(cast.marc):
        company = Company.objects.create(owner=cast.bank("maple"), network=cast.network, name="Lime Ltd", country="CA")
        CompanyRole.objects.create(owner=cast.bank("maple"), network=cast.network, project=old, company=company)
    merge(cast, old, survivor, by="marc", other="rolf")
    mandate(cast, by="marc", name="Export account")
    returned(cast, "maple", "25")
    buyer = told_company(cast, "Lime Holdings", by="marc")
    holding(cast, old, buyer, "40", by="marc")
    offtake(cast, old, buyer, "30", by="marc")
    category(cast, old, "A", by="marc")
    screening(cast, old, by="marc")
    with acting_as(cast.marc):
        answer_project_check(by=cast.marc, project=old, code="no_chain_stage", finding=["sealed"], reason="A port")
    with acting_as(cast.ada):
        answer_deal_check(by=cast.ada, deal=cast.deal, code="no_target", finding=["sealed"], reason="The study decides")
    for name in ("past", "lone"):
        with acting_as(System("test", cast.bank("desk").pk)):
            Company.objects.create(owner=cast.bank("desk"), network=networks[name], name=f"{name} Ltd", country="CA",
                                   origin="registered")  # fmt: skip


def of_others(cast: Cast) -> None:
    """What was published, and the word of whom it is about."""
    news = Package(cast, "news").commit("rhein", m(10))
    with acting_as(cast.rolf):
        confirm_published(by=cast.rolf, commitment=news, as_of=date.today() - timedelta(days=30))


def members(cast: Cast) -> None:
    """An exit that waits, and whom to call at Rhein; a letter lies before the secretariat already (settled.py)."""
    with acting_as(cast.dora):
        standing = Membership.objects.get(institution=cast.bank("maple"), until=None)
        prepare_change(by=cast.dora, membership=standing, kind=ChangeKind.EXIT, on=date.today(), reason="Its letter")
    with acting_as(System("loader", cast.bank("rhein").pk)):
        Contact.objects.create(
            owner=cast.bank("rhein"), secretariat=cast.bank("desk"), kind=ContactKind.DUTY, name="Night desk",
            email="night@rhein.example", phone="+49 69 1",
        )  # fmt: skip


def imports(cast: Cast) -> None:
    """A file of each of two banks, one of which keeps the deal from its colleagues."""
    for who, amount in (("mina", 71), ("rolf", 72)):
        lines = f"deal,instrument,stage,amount\nwattle,Loan,EoI,USD {amount}m\n"
        with acting_as(cast.people[who]):
            source = start(by=cast.people[who], kind="commitments", name="a.csv", content=lines.encode())
            confirm(by=cast.people[who], source=source)


def told_the_network(cast: Cast) -> None:
    """A deal that Hanok walled off when the whole network had been told of it, and money in it."""
    letter(cast, Level.NETWORK, deal=walled_network_deal(cast, "acacia"), money="33000000")


def told_before(cast: Cast) -> list[Commitment]:
    """Told before later coordinators are named: one letter to the lead, and one to the parties."""
    return [letter(cast, level, money="61000000") for level in (Level.LEAD, Level.PARTIES)]


def told_since(cast: Cast, before: list[Commitment]) -> None:
    """After they were: new letters; of those told before, one is shown to Corner by name, and one is narrowed."""
    letter(cast, Level.LEAD, money="63000000")
    letter(cast, Level.LEAD, by="rolf", approver="rita", money="62000000")
    # Offered by one person: nobody is told yet.
    transfer(cast, signed(cast, Level.PARTIES, money="92000000"), "sakura")
    shown, narrowed = before
    grant(cast, shown, "corner")
    with acting_as(cast.mina):
        set_level(row=Commitment.objects.get(pk=narrowed.pk), level=Level.LEAD)
