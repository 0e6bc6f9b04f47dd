"""What banks do in secret in one of the two worlds: Hanok in the deal that it walled off, Maple in deals of its own.

Nothing of it is told to anybody but Corner, which does not look: whoever looks must see the same in both worlds. What
is told to the lead comes last, and the coordinator looks before it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db import connection
from django.utils import timezone

from deals.models import Commitment, Company, Deal, DealStatus, Instrument, Interest, Kind, Project, RoleKind, Teaser
from deals.money import Money
from deals.services import deal_moves, deals, inviting
from deals.services.approving import reject
from deals.services.commitments import change_commitment, register_commitment, widen_commitment
from deals.services.prices import PriceDraft, put_price
from deals.services.questions import ask_question
from deals.services.reports import commission_report
from deals.services.sameness import link_same
from deals.services.sizes import SizeDraft
from deals.services.teasers import Facts, release_teaser, reply_to_teaser
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import Approval, Confidential, TeamMember
from institutions.services.references import attach_reference
from network.services.importing import confirm, start
from tests.acts import condition, confirm_waiting, grant, letter, move_money, signed
from tests.cast import Cast, in_a_year
from tests.deals.returning import adjusted, returned
from tests.project_acts import category, company, holding, mandate, offtake, project, screening, stage
from tests.room import approve, consent, document

# In each hidden text, so that a search for it and a leak of it are the same to find.
SECRET = "Zirkelite"


@dataclass
class Hidden:
    """Ids of the hidden rows by the noun of their resource, and the texts that they hold."""

    ids: dict[str, list[UUID]] = field(default_factory=dict)

    def keep(self, noun: str, row: Confidential) -> None:
        self.ids.setdefault(noun, []).append(row.pk)


Act = Callable[[Cast, Hidden], None]


def an_amount(cast: Cast, hidden: Hidden) -> None:
    """Another size, at own, of a letter that parties see: less than others', where it was more."""
    with acting_as(cast.mina):
        seen = Commitment.objects.filter(owner=cast.mina.institution_id, size__level="own").first()
        assert seen
        change_commitment(by=cast.mina, commitment=seen, size=SizeDraft(Money.of("33333333", "USD"), level=Level.OWN))
        hidden.keep("size", seen.size)


def a_price(cast: Cast, hidden: Hidden) -> None:
    with acting_as(cast.mina):
        seen = Commitment.objects.filter(owner=cast.mina.institution_id, size__level="own").first()
        assert seen
        put_price(by=cast.mina, commitment=seen, price=PriceDraft(None, f"{SECRET} 1 %", "", Level.OWN))


def a_commitment(cast: Cast, hidden: Hidden) -> None:
    """With a note, a condition, another letter that only waits for its approver, and one that was turned down."""
    made = letter(cast, Level.OWN, money="77000000")
    with acting_as(cast.mina):
        change_commitment(by=cast.mina, commitment=made, note=f"{SECRET} note", reference=f"{SECRET}-1")
    hidden.keep("commitment", made)
    hidden.keep("condition", condition(cast, made, f"{SECRET} board"))
    for decided in (False, True):
        with acting_as(cast.mina):
            draft = register_commitment(
                by=cast.mina, deal=cast.deal, instrument=Instrument.GUARANTEE, stage="letter_of_interest",
                valid_until=in_a_year(), level=Level.PARTIES, size=SizeDraft(Money.of("88000000", "USD")),
            )  # fmt: skip
        hidden.keep("commitment", draft)
        with acting_as(cast.joon):
            waiting = Approval.objects.get(row_id=draft.pk, decision="")
            if decided:
                reject(by=cast.joon, approval=waiting, reason=f"{SECRET} not now")
        hidden.keep("approval", waiting)


def a_grant(cast: Cast, hidden: Hidden) -> None:
    """To a third bank, of a commitment that nobody else sees."""
    made = letter(cast, Level.OWN, money="66000000")
    grant(cast, made, "corner")
    hidden.keep("commitment", made)


def a_document(cast: Cast, hidden: Hidden) -> None:
    hidden.keep("document", document(cast, by="mina"))
    with_consent = consent(cast, by="mina")
    hidden.keep("sponsorconsent", with_consent)
    hidden.keep("document", document(cast, Level.OWN, by="mina", consent=with_consent))


def a_deal(cast: Cast, hidden: Hidden) -> None:
    """Maple's own, with the slug of one that Rhein may choose, and Corner in it: tranche, letter, question, report;
    told further and narrowed again; walled off from Maple's own people."""
    marc, mary = cast.marc, cast.mary
    with acting_as(marc):
        deal = deals.register_deal(
            by=marc, network=cast.network, slug="spruce", name=f"{SECRET} package", code_name=SECRET,
            target=Money.of("900000000", "USD"), status=DealStatus.IN_MARKET, project=cast.deal.project,
        )  # fmt: skip
        tranche = deals.add_tranche(by=marc, deal=deal, name=f"{SECRET} senior", currency="USD")
        party = inviting.invite(by=marc, deal=deal, institution=cast.bank("corner"), on=date.today(),
                                nda_signed_on=date.today(), nda_expires_on=in_a_year())  # fmt: skip
        role = inviting.name_role(by=marc, deal=deal, institution=cast.bank("corner"), role=RoleKind.ADVISER)
    for noun, row in (("deal", deal), ("tranche", tranche), ("party", party), ("dealrole", role)):
        hidden.keep(noun, row)
    confirm_waiting(cast, party, by="mary")
    confirm_waiting(cast, role, by="mary")
    with acting_as(marc):
        deals.tell_deal(by=marc, deal=deal, level=Level.INVITED)
    confirm_waiting(cast, deal, by="mary")
    made = letter(cast, Level.INVITED, by="marc", approver="mary", deal=deal, money="55000000")
    hidden.keep("commitment", made)
    with acting_as(marc):
        deal.refresh_from_db()
        question = ask_question(by=marc, deal=deal, text=f"{SECRET}?", to=cast.bank("corner"), level=Level.PARTIES)
        hidden.keep("question", question)
        hidden.keep("report", commission_report(by=marc, deal=deal, workstream="legal", scope=SECRET))
        deal_moves.move_deal(by=marc, deal=deal, to="allocating")
    with acting_as(mary):
        for waiting in Approval.objects.filter(decision=""):
            reject(by=mary, approval=waiting, reason="Not now")
    with acting_as(marc):
        made.refresh_from_db()
        widen_commitment(by=marc, commitment=made, level=Level.OWN, size_level=Level.OWN)
        deal.refresh_from_db()
        deals.tell_deal(by=marc, deal=deal, level=Level.LEAD)
        with connection.cursor() as cursor:
            cursor.execute("SELECT wall.wall_off(%s, %s)", [deal.pk, [marc.pk, mary.pk]])


def a_slug(cast: Cast, hidden: Hidden) -> None:
    """Of a deal that Hanok keeps from a colleague: who may choose the same one must not learn that there is one."""
    with acting_as(cast.mina):
        kept = Deal.objects.get(slug="larch")
        Deal.objects.filter(pk=kept.pk).update(slug="spruce", name=f"{SECRET} larch")
    hidden.keep("deal", kept)


def a_reference(cast: Cast, hidden: Hidden) -> None:
    """What others see is called in secret as Rhein calls its own; so is what Hanok's team keeps from a colleague."""
    with acting_as(cast.mina):
        # Of the deal that its team keeps: elsewhere its colleagues would rightly see the name.
        told = Commitment.objects.filter(deal=cast.deal).exclude(owner=cast.mina.institution_id)[:2]
        kept = Deal.objects.get(pk=cast.deal.pk), Deal.objects.get(name=f"{SECRET} larch")
        for row in (*told, *kept):
            hidden.keep("externalreference", attach_reference(
                by=cast.mina, table=row._meta.db_table, object_id=row.pk, scheme="loans", value="L-77"
            ))  # fmt: skip


def a_wall(cast: Cast, hidden: Hidden) -> None:
    """Put up amid a deal by a bank that has told the lead something; and a team that changes."""
    with acting_as(cast.cora), connection.cursor() as cursor:
        cursor.execute("SELECT wall.wall_off(%s, %s)", [cast.deal.pk, [cast.cora.pk]])
    with acting_as(cast.mina), connection.cursor() as cursor:
        before = (
            TeamMember.objects.filter(deal_id=cast.deal.pk, person_id=cast.joon.pk).values_list("pk", flat=True).get()
        )
        cursor.execute(
            "INSERT INTO institutions_teammember (id, owner_id, level, deal_id, team_id, person_id, starts, ends, demo)"
            " SELECT gen_random_uuid(), owner_id, level, deal_id, team_id, person_id, now(), ends, demo"
            " FROM institutions_teammember WHERE id = %s",
            [before],
        )
        TeamMember.objects.filter(pk=before).update(ends=timezone.now())


def a_teaser(cast: Cast, hidden: Hidden) -> None:
    """Maple's to Rhein, under the code name of a deal that Rhein sees: one waits for its approver, one was rejected."""
    with acting_as(cast.marc):
        deal = deals.register_deal(
            by=cast.marc, network=cast.network, slug="banksia", name=f"{SECRET} again", code_name="Blue Gum"
        )
    hidden.keep("deal", deal)
    for decided in (True, False):
        hidden.keep("teaser", made := _teaser(cast, deal, "marc", "rhein"))
        if decided:
            with acting_as(cast.mary):
                reject(by=cast.mary, approval=Approval.objects.get(row_id=made.pk, decision=""), reason="Not now")


def another_teaser(cast: Cast, hidden: Hidden) -> None:
    """The lead's, of the deal of which it told others too, to Maple, which answers."""
    made = _teaser(cast, cast.deal, "ada", "maple")
    hidden.keep("teaser", made)
    confirm_waiting(cast, made, by="abe")
    with acting_as(cast.marc):
        reply_to_teaser(by=cast.marc, teaser=made, answer=Interest.INTERESTED, note=SECRET)


def _teaser(cast: Cast, deal: Deal, by: str, to: str) -> Teaser:
    officer = cast.people[by]
    with acting_as(officer):
        return release_teaser(
            by=officer, deal=deal, to=cast.bank(to), until=in_a_year(), reply_to=SECRET, facts=Facts(words=SECRET)
        )


def a_project(cast: Cast, hidden: Hidden) -> None:
    """Maple's own, of the name of the network's, at the same place, linked to it; with a fact of the network's."""
    made = project(cast, "Wattle", by="marc", country="AU", place=("-22.5", "133.2"))
    hidden.keep("project", made)
    with acting_as(cast.marc):
        known = Project.objects.exclude(pk=made.pk).get(name="Wattle")
        hidden.keep("sameas", link_same(by=cast.marc, project=made, other=known))
        hidden.keep("company", Company.objects.create(
            owner=cast.marc.institution, network=cast.network, name="Wattle Rare Earths Ltd", country="AU"
        ))  # fmt: skip
    with acting_as(cast.marc):
        sponsor = Company.objects.get(name="Wattle Sponsor")
    state = company(cast, f"{SECRET} state", by="marc", level=Level.OWN, country="CN", is_state=True)
    hidden.keep("company", state)
    hidden.keep("holding", holding(cast, sponsor, state, "80", by="marc", level=Level.OWN, basis=SECRET))
    hidden.keep("holding", holding(cast, known, sponsor, "10", by="marc", level=Level.OWN))
    hidden.keep("offtake", offtake(cast, known, sponsor, "90", by="marc", level=Level.OWN, basis=SECRET))
    hidden.keep("esgcategory", category(cast, known, "A", by="marc", level=Level.OWN, basis=SECRET))
    hidden.keep("esgscreening", screening(cast, known, by="marc", evidence=SECRET))
    hidden.keep("projectfact", stage(cast, known, "construction", date.today(), by="marc"))


def a_mandate(cast: Cast, hidden: Hidden) -> None:
    """A later version of one that the network is told of, and another that would fit every deal."""
    kept = mandate(cast, by="marc", level=Level.OWN, since=date.today(), countries_out=("AU",), basis=SECRET)
    hidden.keep("mandate", kept)
    hidden.keep("mandate", mandate(cast, by="marc", level=Level.OWN, name=f"{SECRET} facility"))


def a_return(cast: Cast, hidden: Hidden) -> None:
    """Another version of one that the network was told of."""
    hidden.keep("annualreturn", returned(cast, "maple", adjusted("77", side="cover"), adjusted("99")))


def an_import(cast: Cast, hidden: Hidden) -> None:
    """Maple's, of a file whose bytes another bank's file has too."""
    lines = f"name,country\n{SECRET} mine,CA\n"
    with acting_as(cast.marc):
        source = start(by=cast.marc, kind="projects", name=f"{SECRET}.csv", content=lines.encode())
        hidden.keep("import", source)
        confirm(by=cast.marc, source=source)
        for row in source.rows.all():
            hidden.keep("importedrow", row)


def a_ledger(cast: Cast, hidden: Hidden) -> None:
    """Signed, so that the lead is told of it, and nobody else; drawn, and offered to Corner."""
    made = signed(cast, Level.LEAD, money="33000000")
    hidden.keep("commitment", made)
    hidden.keep("movement", move_money(cast, made, Kind.DRAWDOWN, "1000000"))
    approve(cast, document(cast, Level.LEAD, by="mina"), by="mina")
    with acting_as(cast.mina):
        hidden.keep("question", ask_question(by=cast.mina, deal=cast.deal, text=f"{SECRET} to the lead?"))


# By whom nothing of it is seen.
FROM_ALL: tuple[Act, ...] = (
    an_amount, a_price, a_commitment, a_grant, a_document, a_deal, a_teaser, a_slug, a_reference, a_wall, a_project,
    a_mandate, a_return, an_import,
)  # fmt: skip
FROM_ALL_BUT_THE_LEAD: tuple[Act, ...] = (a_ledger, another_teaser)


def happen(cast: Cast, acts: tuple[Act, ...], hidden: Hidden) -> None:
    for act in acts:
        act(cast, hidden)
