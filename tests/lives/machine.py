"""A random life of a deal: how it begins, what is checked after each step, and how it is attacked in the end."""

import os
import sys
from collections import Counter
from collections.abc import Callable
from decimal import ROUND_DOWN, Decimal
from random import Random
from typing import Any, TypeVar
from uuid import UUID

import psycopg
from django.db import connection
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from deals.lifecycle import STAGES
from deals.models import Commitment, Condition, Kind, Size, Tranche
from deals.money import Money, minor_units
from deals.selectors.ledger import balance
from deals.services.conditions import add_condition, clear_condition
from deals.services.deciding import ConditionDraft
from deals.services.movements import record_movement
from deals.services.moves import move_commitment
from deals.services.sizes import SizeDraft
from deals.services.telling import tell_commitment
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import Staff
from tests.cast import Cast, in_a_year
from tests.lives import attacks, seen, statements
from tests.lives.world import BANKS, CHANGE, CONFIRM, LEAVE, REJECT, World

# Most of what is prepared is confirmed, so that lives go on.
THEN = st.sampled_from([CONFIRM] * 7 + [REJECT, CHANGE, LEAVE])
BANK = st.sampled_from(sorted(BANKS))
PLACE = st.integers(0, 11)
LEVEL = st.sampled_from(list(Level))
# Often told to the lead, whose deal it is: only then is it signed.
TOLD = st.sampled_from([Level.OWN, Level.LEAD, Level.LEAD, Level.LEAD, Level.PARTIES, Level.INVITED, Level.NETWORK])
# JPY has no decimals, KWD three and no rate.
CURRENCY = st.sampled_from(["USD", "USD", "USD", "JPY", "KWD"])
# The way that a commitment goes when nothing happens to it.
WAY = ("letter_of_interest", "conditional_approval", "approved", "signed", "effective", "disbursing", "repaid")


Step = TypeVar("Step", bound=Callable[..., None])


def of(kind: str) -> Callable[[Step], Step]:
    """Only where there was such a row."""
    wrapped: Callable[[Step], Step] = precondition(lambda life: kind in life.there)
    return wrapped


@st.composite
def money(draw: st.DrawFn) -> Money:
    """From one minor unit to 400 millions."""
    code = draw(CURRENCY)
    digits = minor_units(code)
    units = draw(st.one_of(st.integers(1, 400).map(lambda m: m * 1_000_000 * 10**digits), st.integers(1, 5)))
    return Money(Decimal(units).scaleb(-digits), code)


def part_of(whole: Money, part: Decimal) -> Money:
    """So much of an amount, at least one minor unit."""
    unit = Decimal(1).scaleb(-minor_units(whole.currency))
    return Money(max((whole.amount * part).quantize(unit, ROUND_DOWN), unit), whole.currency)


class Life(RuleBasedStateMachine):
    """What every life has; what happens in it stands in the other modules."""

    # Of the test that lets them live.
    cast: Cast
    owner: psycopg.Connection
    happened: Counter[str]
    lives = 0
    # Kinds of rows that there were: who has none of one does nothing about it.
    there: frozenset[str] = frozenset()

    @initialize(
        sought=st.booleans(),
        level=st.sampled_from([Level.INVITED, Level.INVITED, Level.INVITED, Level.NETWORK, Level.PARTIES]),
        walled=st.booleans(),
        onlookers=st.sampled_from([("rolf", "ada"), ("rolf", "marc"), ("mina", "sora"), ("rolf", "dami")]),
        chance=st.integers(0, 2**16),
        letters=st.lists(st.tuples(BANK, st.integers(0, 6)), min_size=1, max_size=4),
    )
    def begin(
        self,
        *,
        sought: bool,
        level: Level,
        walled: bool,
        onlookers: tuple[str, ...],
        chance: int,
        letters: list[tuple[str, int]],
    ) -> None:
        type(self).lives += 1
        self.chance = Random(chance)  # no secret
        self.onlookers = onlookers
        self.world = World(self.cast, self.owner, self.happened, type(self).lives)
        self.world.begin(target=sought, level=level, walled=walled)
        for bank, steps in letters:
            self.world.send_a_letter(bank)
            for _ in range(steps):
                self.of_one(len(self.world.commitments) - 1, self.advanced)

    @invariant()
    def what_section_four_says(self) -> None:
        if hasattr(self, "world"):
            self.world.look(self.onlookers, at_news_only=True)

    def teardown(self) -> None:
        """Everybody looks once more, and the database is attacked with what has come to be."""
        if not hasattr(self, "world") or sys.exc_info()[0] is not None:
            return
        self.world.look()
        self.sweep()
        self.world.look()

    # What the rules of a life have in common.

    def made(self, kind: str) -> None:
        self.there |= {kind}

    def act(self, bank: str, do: Callable[[Staff], Any], then: str = CONFIRM) -> None:
        self.world.act(bank, do, then)

    def some(self, place: int) -> UUID | None:
        """One of the commitments; None while there is none."""
        there = self.world.commitments
        return there[place % len(there)] if there else None

    def commitment(self, place: int) -> Commitment | None:
        """One of the commitments, where whoever acts sees it."""
        key = self.some(place)
        return Commitment.objects.filter(pk=key).first() if key else None

    def of_a_ledger(self, place: int, do: Callable[[Staff, Commitment], Any], then: str = CONFIRM) -> None:
        """Its own institution does something about one of the commitments that have a ledger, where there is one."""
        there = self.world.with_ledger() or self.world.commitments
        key = there[place % len(there)]
        self.act(self.world.bank_of(key), lambda by: do(by, Commitment.objects.get(pk=key)), then)

    def of_one(self, place: int, do: Callable[[Staff, Commitment], Any], then: str = CONFIRM) -> None:
        """Its own institution does something about one of the commitments."""
        if key := self.some(place):
            self.act(self.world.bank_of(key), lambda by: do(by, Commitment.objects.get(pk=key)), then)

    def advanced(self, by: Staff, commitment: Commitment) -> object:
        """The next step of the usual way, and what goes before it."""
        order = STAGES[commitment.stage].order or 99
        to = next((stage for stage in WAY if (STAGES[stage].order or 0) > order), commitment.stage)
        if to == "conditional_approval":
            add_condition(
                by=by, draft=ConditionDraft("permitting", "The permit"), deal=commitment.deal, commitment=commitment
            )
        if to in ("effective", "disbursing", "repaid"):
            for condition in Condition.objects.filter(commitment=commitment, state="open"):
                clear_condition(by=by, condition=condition, to="satisfied", evidence="Shown")
        if to == "signed" and commitment.level == "own":
            tell_commitment(by=by, commitment=commitment, level=Level.LEAD)
        if to == "disbursing" and (now := balance(commitment.pk)):
            half = part_of(now.available, Decimal("0.5"))
            record_movement(by=by, commitment=commitment, kind=Kind.DRAWDOWN, money=half)
        if to == "repaid" and (now := balance(commitment.pk)) and now.outstanding.amount:
            record_movement(by=by, commitment=commitment, kind=Kind.REPAYMENT, money=now.outstanding)
        if to == "signed":
            self.made("ledger")
        stated = Size.objects.filter(commitment=commitment, amount__isnull=False).exists()
        return move_commitment(
            by=by, commitment=commitment, to=to, size=None if stated else SizeDraft(Money.of("50000000", "USD")),
            tranche=commitment.tranche or commitment.deal.tranche_set.order_by("name").first(),
            agreement_reference="A-1", signed_on=timezone.now().date(),
            valid_until=commitment.valid_until or in_a_year(),
        )  # fmt: skip

    def tranche(self, place: int) -> Tranche | None:
        """One of the tranches that the asker sees, or none."""
        there = self.world.tranches()
        return there[place % len(there)] if there and place < 2 * len(there) else None

    # Attacks.

    @property
    def ground(self) -> attacks.Ground:
        people = {name: p for name, p in self.cast.people.items() if p.institution.slug in (*BANKS, "maple")}
        return attacks.Ground(people, str(self.cast.bank("corner").pk), str(self.world.deal.pk))

    @rule(number=st.integers(0, len(statements.ATTACKS) - 1))
    def attack(self, number: int) -> None:
        self._try(statements.ATTACKS[number], seen.whole(self.owner, [self.world.deal.pk]))

    def sweep(self) -> None:
        """Each attack that is about something, and a hand of those that every table has."""
        everything = seen.whole(self.owner, [self.world.deal.pk])
        of_all = self.chance.sample(statements.EVERYWHERE, 40)
        for attack in (*statements.POINTED, *of_all):
            self._try(attack, everything)

    def try_all(self, attack: attacks.Attack) -> None:
        """On every row that it is about, by everybody who could."""
        everything = seen.whole(self.world.owner, [self.world.deal.pk])
        for row in everything.all(attack.of):
            if attack.when(row, everything):
                for who in self.ground.attackers(attack, row):
                    self.ground.attempt(attack, row, everything, who)

    def _try(self, attack: attacks.Attack, everything: seen.Picture) -> None:
        rows = [row for row in everything.all(attack.of) if attack.when(row, everything)]
        if not rows:
            return
        row = self.chance.choice(rows)
        who = self.chance.choice(list(self.ground.attackers(attack, row)))
        said = self.ground.attempt(attack, row, everything, who)
        self.happened[f"attack {attack.name}: {said}"] += 1

    # Time.

    @rule(place=PLACE)
    def the_day_passes(self, place: int) -> None:
        """A letter's or approval's last day was yesterday: nobody can say so, so that the clock is turned for it."""
        with psycopg.connect(os.environ["DATABASE_ADMIN_URL"]) as admin:
            admin.execute("SET session_replication_role = replica")
            admin.execute(
                "UPDATE deals_commitment SET valid_until = current_date - 1 WHERE id = %s AND valid_until IS NOT NULL"
                " AND deals.lapses(stage)",
                [self.some(place)],
            )
        with acting_as(None), connection.cursor() as cursor:
            cursor.execute("SELECT deals.lapse(), deals.warn(), wall.tick()")
            [(lapsed, _, _)] = cursor.fetchall()
            self.happened["lapsed"] += lapsed

    @rule(bank=BANK, place=PLACE, how=THEN)
    def decide(self, bank: str, place: int, how: str) -> None:
        """Of what was left, whatever happened since."""
        if waiting := self.world.waiting(bank):
            self.world.decide(bank, waiting[place % len(waiting)][0], how)
