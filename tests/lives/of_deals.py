"""What the registrar and its guests do with the deal, its tranches, its room and its allocations."""

from hashlib import sha256
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import rule

from deals.allocation import Kind, Rule
from deals.lifecycle import STATUSES
from deals.models import AllocationLine, Basis, Company, DocumentKind, Party, Reply, RoleKind, SponsorConsent
from deals.money import Money
from deals.selectors.bids import book_of
from deals.services import deal_moves, deals, documents, inviting, parties
from deals.services.allocating import BidTerms, propose_allocation, take_back
from deals.services.answering import accept_line, decline_line
from deals.services.files import Received
from institutions.isolation.levels import Level
from institutions.models import Staff
from tests.cast import in_a_year
from tests.lives.machine import BANK, LEVEL, PLACE, THEN, Life, of

PARTIES = ("hanok", "rhein", "sakura", "maple", "corner")


class OfDeals(Life):
    @rule(to=st.sampled_from(list(STATUSES)), reason=st.sampled_from(["", "The market"]), then=THEN)
    def move_the_deal(self, to: str, reason: str, then: str) -> None:
        self.act(
            "austral", lambda by: deal_moves.move_deal(by=by, deal=self.world.the_deal(), to=to, reason=reason), then
        )

    @rule(level=LEVEL, then=THEN)
    def tell_the_deal(self, level: Level, then: str) -> None:
        self.act("austral", lambda by: deals.tell_deal(by=by, deal=self.world.the_deal(), level=level), then)

    @rule(place=PLACE, millions=st.integers(1, 900))
    def change_a_tranche(self, place: int, millions: int) -> None:
        def do(by: Staff) -> None:
            if tranche := self.tranche(place):
                amount = Money.of(f"{millions}000000", tranche.currency)
                deals.change_tranche(by=by, tranche=tranche, amount=amount, name=f"{tranche.name[:40]} {place}")

        self.act("austral", do)

    @rule(bank=st.sampled_from(PARTIES), nda=st.booleans(), role=st.booleans(), then=THEN)
    def let_in(self, bank: str, nda: bool, role: bool, then: str) -> None:
        """Invited, under an NDA from today, or named bookrunner."""
        today, named = timezone.now().date(), self.cast.bank(bank)

        def do(by: Staff) -> object:
            deal = self.world.the_deal()
            if role:
                return inviting.name_role(by=by, deal=deal, institution=named, role=RoleKind.BOOKRUNNER, since=today)
            party = Party.objects.filter(deal=deal, institution=named, left_on=None, state="confirmed").first()
            if party is None:
                return inviting.invite(
                    by=by, deal=deal, institution=named, on=today, nda_signed_on=today if nda else None
                )
            return inviting.record_nda(by=by, party=party, signed_on=today, expires_on=in_a_year() if nda else None)

        self.act("austral", do, then)

    @rule(bank=st.sampled_from(PARTIES))
    def let_out(self, bank: str) -> None:
        def do(by: Staff) -> None:
            if party := Party.objects.filter(deal=self.world.deal.pk, institution__slug=bank, left_on=None).first():
                inviting.end_invitation(by=by, party=party)

        self.act("austral", do)

    @rule(bank=BANK, answer=st.sampled_from([Reply.ACCEPTED, Reply.ACCEPTED, Reply.DECLINED, Reply.LEFT]))
    def reply(self, bank: str, answer: Reply) -> None:
        def do(by: Staff) -> None:
            mine = Party.objects.filter(deal=self.world.deal.pk, institution=by.institution_id, left_on=None)
            if party := mine.first():
                parties.reply(by=by, party=party, answer=answer)

        self.act(bank, do)

    @rule(bank=BANK, level=LEVEL, widest=LEVEL, with_consent=st.booleans(), then=THEN)
    def put_a_document(self, bank: str, level: Level, widest: Level, with_consent: bool, then: str) -> None:
        def do(by: Staff) -> object:
            deal, consent = self.world.the_deal(), None
            if with_consent:
                self.made("consent")
                company, _ = Company.objects.get_or_create(
                    owner=by.institution, network=self.cast.network, name="Sponsor Pty"
                )
                consent = documents.register_consent(
                    by=by, deal=deal, company=company, covers="The model", widest=widest, evidence="File 7"
                )
            file = SimpleUploadedFile("model.pdf", b"%PDF-1.7")
            received = Received("model.pdf", "application/pdf", 8, sha256(b"%PDF-1.7").hexdigest(), file)
            return documents.add_document(
                by=by, deal=deal, file=received, stored_as=uuid4().hex, title="Model",
                kind=DocumentKind.FINANCIAL_MODEL, level=level, consent=consent,
                basis=Basis.SPONSOR_CONSENT if consent else Basis.OWN,
            )  # fmt: skip

        self.act(bank, do, then)

    @of("consent")
    @rule(bank=BANK, place=PLACE)
    def end_a_consent(self, bank: str, place: int) -> None:
        def do(by: Staff) -> None:
            mine = list(
                SponsorConsent.objects.filter(deal=self.world.deal.pk, owner=by.institution_id).order_by("told_at")
            )
            if mine:
                documents.end_consent(by=by, consent=mine[place % len(mine)])

        self.act(bank, do)

    # Allocation.

    @rule(place=st.integers(0, 3), share=st.sampled_from(list(Rule)), half=st.booleans(), then=THEN)
    def allocate(self, place: int, share: Rule, half: bool, then: str) -> None:
        def do(by: Staff) -> object:
            tranche = self.tranche(place)
            book = book_of(tranche) if tranche else None
            if tranche is None or book is None:
                return None
            amount = Money(book.room.amount // 2, tranche.currency) if half else None
            terms = [BidTerms(key, kind=Kind.SCALABLE, order=n) for n, key in enumerate(book.bids)]  # type: ignore[arg-type]
            made = propose_allocation(by=by, tranche=tranche, rule=share, amount=amount, terms=terms)
            self.made("line")
            return made

        self.act("austral", do, then)

    @of("line")
    @rule(bank=BANK, place=PLACE, accept=st.booleans(), then=THEN)
    def answer(self, bank: str, place: int, accept: bool, then: str) -> None:
        def do(by: Staff) -> object:
            lines = list(AllocationLine.objects.filter(deal=self.world.deal.pk, institution=by.institution_id,
                                                       state="confirmed").order_by("told_at", "amount"))  # fmt: skip
            if not lines:
                return None
            line = lines[place % len(lines)]
            return accept_line(by=by, line=line, valid_until=in_a_year()) if accept else decline_line(by=by, line=line)

        self.act(bank, do, then)

    @of("line")
    @rule(place=PLACE)
    def take_a_line_back(self, place: int) -> None:
        def do(by: Staff) -> None:
            lines = list(AllocationLine.objects.filter(deal=self.world.deal.pk).order_by("told_at", "amount"))
            if lines:
                take_back(by=by, line=lines[place % len(lines)])

        self.act("austral", do)
