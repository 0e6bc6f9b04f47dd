"""A deal that random people live in: who they are, how they act and decide, and what is checked after each act."""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection
from django.utils import timezone

from deals.models import Commitment, Deal, DealStatus, Instrument, RoleKind, Tranche
from deals.money import Money
from deals.selectors.stack import Stack
from deals.services import approving, deals, inviting
from deals.services.commitments import change_commitment, register_commitment
from deals.services.sizes import SizeDraft
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import Approval, Staff
from institutions.refusals import Refusal
from institutions.services.approvals import Voided
from tests import pictures
from tests.cast import Cast, in_a_year
from tests.lives import history, invariants, seen

# An officer and an approver of each; Austral keeps the deal.
BANKS = {"austral": ("ada", "abe"), "hanok": ("mina", "joon"), "rhein": ("rolf", "rita"), "sakura": ("sora", "shin")}
# Who looks on: one of each kind of reader. Dami is Hanok's, and outside its team where it walled the deal off.
ONLOOKERS = ("ada", "mina", "rolf", "sora", "marc", "dami", "cora")
MEMBERS = ("austral", "hanok", "rhein", "sakura", "maple", "fjord")
# What becomes of whatever an act laid before an approver.
CONFIRM, REJECT, CHANGE, LEAVE = "confirm", "reject", "change first", "leave"


def owner_connection() -> psycopg.Connection:
    return psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True)


@dataclass
class View:
    """All that somebody is shown: rows, the stack, the events."""

    rows: seen.Picture
    events: list[UUID]
    stack: Stack | None


@dataclass
class World:
    """One deal, begun anew for each life. `happened` counts what came of the acts, over all lives of a test."""

    cast: Cast
    owner: psycopg.Connection
    happened: Counter[str]
    number: int
    deal: Deal = field(init=False)
    commitments: list[UUID] = field(default_factory=list)
    views: dict[str, View] = field(default_factory=dict)
    since: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    sealed: tuple[int, str] = (0, "")

    def begin(self, *, target: bool, level: Level, walled: bool) -> None:
        """A deal in the market with two tranches, told as far as `level`: Hanok and Rhein under NDA, Sakura invited."""
        [(self.since,)] = self.owner.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint").fetchall()
        cast, ada = self.cast, self.cast.ada
        with acting_as(ada):
            self.deal = deals.register_deal(
                by=ada, network=cast.network, slug=f"life-{self.number}", name=f"Life {self.number}",
                target=Money.of("500000000", "USD") if target else None, status=DealStatus.IN_MARKET,
                borrower=cast.deal.borrower,
            )  # fmt: skip
            for name, currency, purpose, amount in (
                ("Senior", "USD", "base", "300000000"), ("Standby", "JPY", "standby", "9000000000"),
            ):  # fmt: skip
                deals.add_tranche(by=ada, deal=self.deal, name=name, currency=currency, purpose=purpose,  # type: ignore[arg-type]
                                  amount=Money.of(amount, currency))  # fmt: skip
        if level is not Level.OWN:
            self.act("austral", lambda by: deals.tell_deal(by=by, deal=self.the_deal(), level=level), CONFIRM)
        self.act("austral", self._let_in, CONFIRM)
        if walled:
            with acting_as(cast.mina), connection.cursor() as cursor:
                cursor.execute("SELECT wall.wall_off(%s, %s)", [self.deal.pk, [cast.mina.pk, cast.joon.pk]])

    def _let_in(self, by: Staff) -> None:
        deal, today = self.the_deal(), timezone.now().date()
        for bank, signed in (("hanok", today), ("rhein", today), ("sakura", None)):
            inviting.invite(by=by, deal=deal, institution=self.cast.bank(bank), on=today, nda_signed_on=signed,
                            nda_expires_on=in_a_year() if signed else None)  # fmt: skip
        inviting.name_role(by=by, deal=deal, institution=self.cast.bank("austral"), role=RoleKind.FACILITY_AGENT)

    def send_a_letter(self, bank: str) -> None:
        """To the lead, for the first tranche."""
        self.act(
            bank,
            lambda by: register_commitment(
                by=by, deal=self.the_deal(), instrument=Instrument.SENIOR_LOAN, stage="letter_of_interest",
                level=Level.LEAD, tranche=self.tranches()[0], valid_until=in_a_year(),
                size=SizeDraft(Money.of("90000000", "USD")),
            ),
        )  # fmt: skip

    # Who acts.

    def officer(self, bank: str) -> Staff:
        return self.cast.people[BANKS[bank][0]]

    def approver(self, bank: str) -> Staff:
        return self.cast.people[BANKS[bank][1]]

    def the_deal(self) -> Deal:
        """As the asker sees it now."""
        return Deal.objects.get(pk=self.deal.pk)

    def tranches(self) -> list[Tranche]:
        return list(Tranche.objects.filter(deal=self.deal.pk).order_by("name"))

    def with_ledger(self) -> list[UUID]:
        """The commitments that are signed."""
        sql = "SELECT DISTINCT commitment_id FROM deals_movement WHERE deal_id = %s"
        signed = {row[0] for row in self.owner.execute(sql, [self.deal.pk]).fetchall()}
        return [key for key in self.commitments if key in signed]

    def bank_of(self, commitment: UUID) -> str:
        """Whose it is."""
        sql = (
            "SELECT i.slug FROM deals_commitment c JOIN institutions_institution i ON i.id = c.owner_id WHERE c.id = %s"
        )
        [(slug,)] = self.owner.execute(sql, [commitment]).fetchall()
        return str(slug)

    @contextmanager
    def refusing(self) -> Iterator[None]:
        """A refusal is an answer; whatever else goes wrong is none."""
        try:
            yield
        except Refusal as refusal:
            self.happened[f"refused: {refusal.code}"] += 1

    def act(self, bank: str, do: Callable[[Staff], Any], then: str = CONFIRM) -> None:
        """An officer of the bank does something; what waits for an approver by it is decided as `then` says."""
        officer = self.officer(bank)
        before = {key for key, _ in self.waiting(bank)}
        with self.refusing(), acting_as(officer):
            if not Deal.objects.filter(pk=self.deal.pk).exists():
                self.happened["outside"] += 1
                return
            made = do(officer)
            self.happened["done"] += 1
            if isinstance(made, Commitment):
                self.commitments.append(made.pk)
        for key, _ in self.waiting(bank):
            if key not in before:
                self.decide(bank, key, then)

    def waiting(self, bank: str) -> list[tuple[UUID, UUID]]:
        """The approvals that wait in a bank, oldest first, with the rows that they are about."""
        sql = (
            "SELECT a.id, a.row_id FROM institutions_approval a WHERE a.owner_id = %s AND a.decision = ''"
            " AND a.deal_id = %s ORDER BY a.created_at, a.summary, a.id"
        )
        found = self.owner.execute(sql, [self.cast.bank(bank).pk, self.deal.pk]).fetchall()
        return [(key, row) for key, row in found]

    def decide(self, bank: str, approval: UUID, how: str) -> None:
        """The bank's approver decides; after a change of what was prepared it can't be confirmed any more."""
        approver = self.approver(bank)
        if how == LEAVE:
            return
        if how == CHANGE and self._changed(bank, approval):
            try:
                with acting_as(approver):
                    approving.confirm(by=approver, approval=Approval.objects.get(pk=approval))
            except Voided:
                self.happened["voided"] += 1
            else:
                raise AssertionError("what was changed after it was prepared was confirmed")
            how = REJECT
        with self.refusing(), acting_as(approver):
            found = Approval.objects.filter(pk=approval).first()
            if found is None:
                self.happened["outside"] += 1
                return
            if how == REJECT:
                approving.reject(by=approver, approval=found, reason="Not now")
            else:
                approving.confirm(by=approver, approval=found)
            self.happened[f"decided: {how}"] += 1

    def _changed(self, bank: str, approval: UUID) -> bool:
        """Whether the officer could change the commitment that an approval is about, if it is about one."""
        officer = self.officer(bank)
        try:
            with acting_as(officer):
                about = Approval.objects.filter(pk=approval).values("row_id")
                commitment = Commitment.objects.filter(pk__in=about).first()
                if commitment is None:
                    return False
                change_commitment(by=officer, commitment=commitment, note=f"Seen anew {commitment.note[-300:]}")
                return True
        except Refusal:
            return False

    # What is looked at after each act.

    def view(self, name: str) -> View:
        who = self.cast.people[name]
        rows = seen.shown(who, [self.deal.pk])
        stack = None
        if rows.all("deal"):
            with acting_as(who):
                deal = Deal.objects.get(pk=self.deal.pk)
            stack = invariants.the_stack_is_what_the_rows_add_up_to(who, rows, deal)
        return View(rows, seen.heard(who, [self.deal.pk], self.since), stack)

    def look(self, onlookers: tuple[str, ...] = ONLOOKERS, *, at_news_only: bool = False) -> None:
        """Checks all of §4 on what stands, and that what was hidden from an onlooker changed nothing for it."""
        events = seen.events(self.owner, [self.deal.pk], self.since)
        if at_news_only and events and events[-1]["seq"] == self.sealed[0]:
            return
        everything = seen.whole(self.owner, [self.deal.pk])
        self.check(everything, events)
        self._picture_is_what_stands(outsiders=not at_news_only)
        members = {str(self.cast.bank(slug).pk) for slug in MEMBERS}
        position = self.sealed[0]
        news = [event for event in events if event["seq"] > position]
        for name in onlookers:
            who, before = self.cast.people[name], self.views.get(name)
            now = self.views[name] = self.view(name)
            invariants.each_is_shown_what_is_told_to_it(who, now.rows, everything, members)
            if before and not self._concerns(who, everything, news, members):
                self.happened["hidden"] += 1
                told = [part for part in ("rows", "events", "stack") if getattr(now, part) != getattr(before, part)]
                assert not told, f"{name} noticed in its {told}: {[(e['table'], e['actor'], e['after']) for e in news]}"
        for name in set(self.views) - set(onlookers):
            del self.views[name]
        self.sealed = (max((event["seq"] for event in events), default=position), history.digest(events))

    def check(self, everything: seen.Picture, events: list[seen.Row]) -> None:
        """All that needs no onlooker."""
        people = {str(person.pk): person for person in self.cast.people.values()}
        invariants.amounts_are_exact(everything)
        invariants.nothing_is_drawn_beyond_what_is_committed(everything)
        invariants.transfers_balance(everything)
        invariants.the_counter_is_the_sum_of_its_lines(everything)
        invariants.what_stands_has_what_its_stage_asks_for(everything)
        invariants.parts_are_told_no_further_than_their_whole(everything)
        history.every_event_acts_for_its_owner(events)
        history.every_row_was_made_and_none_is_gone(everything, events)
        history.every_stage_has_its_step_and_its_second_person(everything, events, people)
        history.nothing_is_told_beyond_the_lead_by_one_person(everything, events, people)
        self._nothing_is_gone(events)

    def _picture_is_what_stands(self, *, outsiders: bool) -> None:
        """The network's picture, which was kept after the act before: a member's, and an outsider's."""
        for who in (self.cast.marc, self.cast.cora) if outsiders else (self.cast.marc,):
            assert pictures.is_as_counted(who)
        pictures.keep()

    def _nothing_is_gone(self, events: list[seen.Row]) -> None:
        """No table has fewer rows than before, and the log of before is as it was."""
        position, digest = self.sealed
        assert history.digest(e for e in events if e["seq"] <= position) == (digest or history.digest(()))
        counted = " UNION ALL ".join(f"SELECT '{table}', count(*) FROM {table}" for table in seen.TABLES)
        counts: dict[str, int] = dict(self.owner.execute(counted).fetchall())
        assert all(counts[table] >= before for table, before in self.counts.items())
        self.counts = counts

    def _concerns(self, who: Staff, everything: seen.Picture, news: list[seen.Row], members: set[str]) -> bool:
        """Whether any of what happened is of a row that this person was or is shown, or lets it in or out."""
        home = str(who.institution_id)
        for event in news:
            if event["action"] not in ("created", "updated"):
                continue
            table, row = event["table"], event["after"]
            if table not in seen.TABLES:
                return True
            lets_in = table in ("deals_party", "deals_dealrole", "institutions_grant", "institutions_dealteam")
            if row["owner_id"] == home or (lets_in and row.get("institution_id") == home):
                return True
            was = {**row, **(event["before"] or {})}
            for state in (row, was):
                if seen.sees(everything, who, seen.TABLES[table], state, members):
                    return True
        return False
