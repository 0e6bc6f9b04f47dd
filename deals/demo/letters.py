"""How the fictional banks commit: an officer prepares, an approver confirms, through the same services as everyone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from deals.demo.people import Bank
from deals.demo.report import Report
from deals.models import BY_ONE, Commitment, Deal, Instrument, Kind, Qualifier, Size, Tranche
from deals.money import Money
from deals.services import approving, commitments, covers, moves, sizes
from deals.services.conditions import add_condition
from deals.services.deciding import ConditionDraft
from deals.services.disclosure import ask_to_grant
from deals.services.movements import record_movement
from deals.services.prices import PriceDraft
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import Approval, Institution

# Long enough that nothing of a fresh demo lapses while it is looked at.
VALID = timedelta(days=180)
# Soon enough for the desk to show it, too far off for a notice.
RUNS_OUT = timedelta(days=45)
# How long before its agreement a lender began to look at it.
BEFORE = timedelta(days=150)


@dataclass(frozen=True)
class Move:
    """A movement in the ledger of signed money, in its currency."""

    kind: Kind
    money: Money
    on: date
    reference: str = ""


@dataclass(frozen=True)
class Protects:
    """What a cover protects: the commitment of that reference, or else the tranche of that name."""

    reference: str = ""
    tranche: str = ""
    political: int | None = None
    commercial: int | None = None
    money: Money | None = None


@dataclass(frozen=True)
class Letter:
    """One fictional commitment; `reference` tells it apart, so that a second load finds it.

    It is registered at `stage` and, where `becomes` names a later one, moved there with its `conditions`, each a kind
    and a text. `signed_on` is the day of its agreement; with a drawdown among its `moves` it is disbursing in the end.
    """

    reference: str
    bank: str
    instrument: Instrument
    stage: str
    level: Level
    money: Money | None
    qualifier: Qualifier = Qualifier.EXACT
    size_level: Level | None = None
    tranche: str = ""
    account: str = ""
    replaces: UUID | None = None
    becomes: str = ""
    signed_on: date | None = None
    valid: timedelta = VALID
    conditions: tuple[tuple[str, str], ...] = ()
    moves: tuple[Move, ...] = ()
    protects: tuple[Protects, ...] = ()
    granted_to: str = ""
    margin_bps: Decimal | None = None


def is_registered(letter: Letter, bank: Bank) -> bool:
    with acting_as(bank.officer):
        return Commitment.objects.filter(owner=bank.institution, reference=letter.reference).exists()


def register_missing(letters: Sequence[Letter], deal: Deal, banks: Mapping[str, Bank], report: Report) -> None:
    """In their order: a cover comes after what it protects."""
    missing = [letter for letter in letters if not is_registered(letter, banks[letter.bank])]
    for letter in missing:
        register(letter, bank=banks[letter.bank], deal=deal)
    report.count("registered commitments (fictional)", made=len(missing), there=len(letters))


@transaction.atomic
def register(letter: Letter, *, bank: Bank, deal: Deal) -> None:
    """All of it or nothing, so that a broken-off load leaves no half commitment."""
    with acting_as(bank.officer):
        commitment = _prepare(letter, bank, deal)
    confirm_all(bank)
    # What a cover protects and what a loan waits for is there before two persons see it conditional or firm.
    for each in letter.protects:
        with acting_as(bank.officer):
            _link(each, Commitment.objects.get(pk=commitment.pk), letter, bank)
        confirm_all(bank)
    with acting_as(bank.officer):
        commitment.refresh_from_db()
        for kind, text in letter.conditions:
            add_condition(
                by=bank.officer, draft=_precedent(kind, text), deal=commitment.deal, commitment=commitment,
                level=Level.LEAD,
            )  # fmt: skip
        if letter.becomes:
            moves.move_commitment(
                by=bank.officer,
                commitment=commitment,
                to=letter.becomes,
                on=letter.signed_on,
                signed_on=letter.signed_on,
                agreement_reference=f"{letter.reference}/agreement" if letter.signed_on else "",
            )
    confirm_all(bank)
    _keep_ledger(letter, commitment, bank)
    if letter.granted_to:
        with acting_as(bank.officer):
            _grant(commitment, bank, Institution.objects.get(slug=letter.granted_to))
        confirm_all(bank)


def _prepare(letter: Letter, bank: Bank, deal: Deal) -> Commitment:
    return commitments.register_commitment(
        by=bank.officer,
        deal=Deal.objects.get(pk=deal.pk),
        instrument=letter.instrument,
        stage=letter.stage,
        level=letter.level,
        tranche=Tranche.objects.get(deal=deal, name=letter.tranche) if letter.tranche else None,
        # What is signed has an agreement in the place of a letter that runs out.
        valid_until=None if letter.signed_on else timezone.now().date() + letter.valid,
        size=sizes.SizeDraft(letter.money, letter.qualifier, letter.size_level) if letter.money else None,
        price=PriceDraft(letter.margin_bps, "", "", Level.LEAD) if letter.margin_bps is not None else None,
        since=letter.signed_on - BEFORE if letter.signed_on else None,
        supersedes=Commitment.objects.get(pk=letter.replaces) if letter.replaces else None,
        reference=letter.reference,
        account=letter.account,
        demo=True,
    )


def _precedent(kind: str, text: str) -> ConditionDraft:
    """Far enough that nobody is warned of it while a fresh demo is looked at."""
    return ConditionDraft(kind, text, due_on=timezone.now().date() + timedelta(days=150))


def _keep_ledger(letter: Letter, commitment: Commitment, bank: Bank) -> None:
    """Each movement in force before the next: on every day no more is drawn than is committed."""
    for move in letter.moves:
        with acting_as(bank.officer):
            record_movement(
                by=bank.officer,
                commitment=Commitment.objects.get(pk=commitment.pk),
                kind=move.kind,
                money=move.money,
                on=move.on,
                reference=move.reference,
            )
        if move.kind not in BY_ONE:
            confirm_all(bank)
    drawn = [move.on for move in letter.moves if move.kind is Kind.DRAWDOWN]
    if drawn:
        with acting_as(bank.officer):
            running = Commitment.objects.get(pk=commitment.pk)
            moves.move_commitment(by=bank.officer, commitment=running, to="disbursing", on=drawn[0])
        confirm_all(bank)


def _link(each: Protects, cover: Commitment, letter: Letter, bank: Bank) -> None:
    covers.link_cover(
        by=bank.officer,
        cover=cover,
        covered=Commitment.objects.get(deal=cover.deal, reference=each.reference) if each.reference else None,
        tranche=Tranche.objects.get(deal=cover.deal, name=each.tranche) if each.tranche else None,
        political=Decimal(each.political) if each.political is not None else None,
        commercial=Decimal(each.commercial) if each.commercial is not None else None,
        money=each.money,
        level=letter.level,
    )


def confirm_all(bank: Bank) -> None:
    """The bank's approver confirms what its officer prepared."""
    with acting_as(bank.approver):
        for waiting in Approval.objects.filter(decision="").order_by("created_at", "id"):
            approving.confirm(by=bank.approver, approval=waiting)


def _grant(commitment: Commitment, bank: Bank, to: Institution) -> None:
    """The commitment and its size; each is a row of its own."""
    rows = (commitment, Size.objects.get(commitment=commitment))
    until = timezone.now() + 2 * VALID
    ask_to_grant(by=bank.officer, rows=rows, to=to, until=until, deal_id=commitment.deal_id)
