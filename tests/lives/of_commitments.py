"""What institutions do with their commitments, conditions and covers."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import rule

from deals.lifecycle import FIRST_STAGES, STAGES
from deals.models import Commitment, Condition, Instrument, ParticipationKind, Qualifier
from deals.money import Money
from deals.services import conditions
from deals.services.commitments import change_commitment, register_commitment
from deals.services.covers import link_cover, promise_together
from deals.services.deciding import ConditionDraft, Wait
from deals.services.disclosure import ask_to_grant
from deals.services.moves import move_commitment
from deals.services.participations import share_in_loan
from deals.services.prices import PriceDraft, put_price
from deals.services.sizes import SizeDraft
from deals.services.telling import tell_commitment
from institutions.isolation.levels import Level
from institutions.models import Staff
from tests.cast import in_a_year
from tests.lives.machine import BANK, LEVEL, PLACE, THEN, TOLD, Life, money, of
from tests.lives.world import CONFIRM

QUALIFIER = st.sampled_from([Qualifier.EXACT, Qualifier.EXACT, Qualifier.EXACT, *Qualifier])
INSTRUMENT = st.sampled_from([Instrument.SENIOR_LOAN, Instrument.SENIOR_LOAN, Instrument.GUARANTEE, *Instrument])


def size_of(amount: Money, qualifier: Qualifier, level: Level | None = None) -> SizeDraft:
    return SizeDraft(None if qualifier is Qualifier.UNKNOWN else amount, qualifier, level)


class OfCommitments(Life):
    @rule(
        bank=BANK,
        instrument=INSTRUMENT,
        stage=st.sampled_from(["letter_of_interest", *FIRST_STAGES]),
        level=TOLD,
        size_level=st.none() | LEVEL,
        amount=money(),
        qualifier=QUALIFIER,
        place=PLACE,
        sponsor=st.booleans(),
        then=THEN,
    )
    def register(
        self, *, bank: str, instrument: Instrument, stage: str, level: Level, size_level: Level | None, amount: Money,
        qualifier: Qualifier, place: int, sponsor: bool, then: str,
    ) -> None:  # fmt: skip
        self.act(
            bank,
            lambda by: register_commitment(
                by=by, deal=self.world.the_deal(), instrument=instrument, stage=stage, level=level,
                tranche=self.tranche(place), valid_until=in_a_year(), size=size_of(amount, qualifier, size_level),
                borrower_level="sponsor" if sponsor and place < 4 else "project",
            ),
            then,
        )  # fmt: skip

    @rule(place=PLACE, steps=st.integers(1, 4), then=THEN)
    def advance(self, place: int, steps: int, then: str) -> None:
        """Some steps of the usual way, each with all that it asks for; the last is decided as it is drawn."""
        for left in reversed(range(steps)):
            self.of_one(place, self.advanced, CONFIRM if left else then)

    @rule(place=PLACE, to=st.sampled_from(list(STAGES)), facts=st.sets(st.sampled_from(
        ["tranche", "valid_until", "agreement", "reason", "size"])), amount=money(), then=THEN)  # fmt: skip
    def move(self, place: int, to: str, facts: set[str], amount: Money, then: str) -> None:
        """Anywhere, with some of what it asks for, forward, back, or to its end."""
        given: dict[str, Any] = {}
        today = timezone.now().date()
        if "valid_until" in facts:
            given["valid_until"] = today + timedelta(days=place)
        if "agreement" in facts:
            given |= {"agreement_reference": f"A {place}", "signed_on": today}
        if "reason" in facts:
            given["reason"] = "As things stand"
        if "size" in facts:
            given["size"] = SizeDraft(amount)

        def do(by: Staff, commitment: Commitment) -> object:
            tranche = self.tranche(place) if "tranche" in facts else None
            return move_commitment(by=by, commitment=commitment, to=to, tranche=tranche, **given)

        self.of_one(place, do, then)

    @rule(place=PLACE, days=st.integers(0, 40), amount=st.none() | money(), then=THEN)
    def renew(self, place: int, days: int, amount: Money | None, then: str) -> None:
        """In place: with a later day, or another size."""

        def do(by: Staff, commitment: Commitment) -> object:
            return move_commitment(
                by=by, commitment=commitment, to=commitment.stage, size=SizeDraft(amount) if amount else None,
                valid_until=timezone.now().date() + timedelta(days=days),
            )  # fmt: skip

        self.of_one(place, do, then)

    @rule(place=PLACE, amount=money(), qualifier=QUALIFIER, level=st.none() | LEVEL, facts=st.booleans())
    def change(self, place: int, amount: Money, qualifier: Qualifier, level: Level | None, facts: bool) -> None:
        def do(by: Staff, commitment: Commitment) -> object:
            given = {"valid_until": in_a_year(), "account": "Own", "tranche": self.tranche(place)} if facts else {}
            return change_commitment(
                by=by, commitment=commitment, size=None if facts else size_of(amount, qualifier, level), **given
            )

        self.of_one(place, do)

    @rule(place=PLACE, level=LEVEL, size_level=st.none() | LEVEL, then=THEN)
    def tell(self, place: int, level: Level, size_level: Level | None, then: str) -> None:
        def do(by: Staff, commitment: Commitment) -> object:
            return tell_commitment(by=by, commitment=commitment, level=level, size_level=size_level)

        self.of_one(place, do, then)

    @rule(place=PLACE, level=st.sampled_from([Level.OWN, Level.LEAD]))
    def price(self, place: int, level: Level) -> None:
        draft = PriceDraft(margin_bps=None, fees=f"{place} %", premium="", level=level)
        self.of_one(place, lambda by, commitment: put_price(by=by, commitment=commitment, price=draft))

    @rule(place=PLACE, to=st.sampled_from(["maple", "sakura", "corner"]), then=THEN)
    def grant(self, place: int, to: str, then: str) -> None:
        until = timezone.now() + timedelta(days=1)
        self.of_one(
            place,
            lambda by, commitment: ask_to_grant(
                by=by, rows=[commitment], to=self.cast.bank(to), until=until, deal_id=commitment.deal_id
            ),
            then,
        )

    # Conditions precedent.

    @rule(place=PLACE, level=TOLD, awaited=PLACE, waits=st.booleans(), of_the_deal=st.booleans(), then=THEN)
    def add_condition(self, place: int, level: Level, awaited: int, waits: bool, of_the_deal: bool, then: str) -> None:
        self.made("condition")

        def draft() -> ConditionDraft:
            other = self.commitment(awaited) if waits else None
            named = (Wait(other, "approved"),) if other else ()
            return ConditionDraft("other_lenders", f"Condition {place}", waits_for=named)

        def do(by: Staff, commitment: Commitment) -> object:
            return conditions.add_condition(
                by=by, draft=draft(), deal=commitment.deal, commitment=commitment, level=level
            )

        if not of_the_deal:
            return self.of_one(place, do, then)
        return self.act(
            "austral",
            lambda by: conditions.add_condition(by=by, draft=draft(), deal=self.world.the_deal(), level=level),
            then,
        )

    @of("condition")
    @rule(bank=BANK, place=PLACE, to=st.sampled_from(["satisfied", "waived", "lapsed"]), then=THEN)
    def clear_condition(self, bank: str, place: int, to: str, then: str) -> None:
        self._of_condition(
            bank, place, then,
            lambda by, condition: conditions.clear_condition(
                by=by, condition=condition, to=to, evidence="Minutes" if to == "satisfied" else "", reason="As agreed"
            ),
        )  # fmt: skip

    @of("condition")
    @rule(bank=BANK, place=PLACE, level=LEVEL, then=THEN)
    def tell_condition(self, bank: str, place: int, level: Level, then: str) -> None:
        self._of_condition(
            bank, place, then, lambda by, row: conditions.tell_condition(by=by, condition=row, level=level)
        )

    @of("condition")
    @rule(bank=BANK, place=PLACE, again=st.booleans())
    def change_condition(self, bank: str, place: int, again: bool) -> None:
        waits: list[Wait] | None = [] if again else None
        self._of_condition(
            bank, place, "",
            lambda by, row: conditions.change_condition(by=by, condition=row, waits_for=waits, text=f"Anew {place}"),
        )  # fmt: skip

    def _of_condition(self, bank: str, place: int, then: str, do: Any) -> None:
        def one(by: Staff) -> object:
            rows = list(
                Condition.objects.filter(deal=self.world.deal.pk, owner=by.institution_id).order_by("text", "id")
            )
            return do(by, rows[place % len(rows)]) if rows else None

        self.act(bank, one, then)

    # What counts once: covers, shares in another's loan, one amount for several.

    @rule(place=PLACE, other=PLACE, percent=st.integers(0, 100), of_tranche=st.booleans(), level=TOLD, then=THEN)
    def cover(self, *, place: int, other: int, percent: int, of_tranche: bool, level: Level, then: str) -> None:
        def do(by: Staff, commitment: Commitment) -> object:
            covered = None if of_tranche else self.commitment(other)
            return link_cover(
                by=by, cover=commitment, covered=covered, tranche=self.tranche(0) if of_tranche else None, level=level,
                political=Decimal(percent), commercial=None if percent % 2 else Decimal(percent),
            )  # fmt: skip

        self.of_one(place, do, then)

    @rule(place=PLACE, other=PLACE, kind=st.sampled_from(list(ParticipationKind)), level=TOLD, then=THEN)
    def participate(self, place: int, other: int, kind: ParticipationKind, level: Level, then: str) -> None:
        def do(by: Staff, commitment: Commitment) -> object:
            lender = self.commitment(other)
            return (
                share_in_loan(by=by, commitment=commitment, lender=lender, kind=kind, level=level) if lender else None
            )

        self.of_one(place, do, then)

    @rule(bank=BANK, amount=money(), level=TOLD, qualifier=QUALIFIER, then=THEN)
    def promise(self, bank: str, amount: Money, level: Level, qualifier: Qualifier, then: str) -> None:
        """One amount for the bank's last two commitments."""
        exactly = Qualifier.EXACT if qualifier is Qualifier.UNKNOWN else qualifier

        def do(by: Staff) -> object:
            mine = Commitment.objects.filter(deal=self.world.deal.pk, owner=by.institution_id).order_by("-created_at")[
                :2
            ]
            return promise_together(by=by, commitments=list(mine), money=amount, qualifier=exactly, level=level)

        self.act(bank, do, then)
