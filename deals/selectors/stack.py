"""The capital stack of a tranche, a deal or a project, from what the asker may see.

Classes side by side, cover beside the money, and both gaps. The database counts, converts and adds under the asker's
own policies (deals/sql/stack.sql, rates.sql); indicative, conditional and firm money are never added together. How it
is counted is told in docs/reference/stack.md.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_noop

from deals.lifecycle import Class
from deals.models import Deal, DealStatus, Project, Purpose, Tranche
from deals.money import Money
from deals.selectors.figures import (
    NO_TARGET,
    SENIORITIES,
    Block,
    Figure,
    Gap,
    Member,
    Rate,
    Row,
    Sum,
    place,
    unconverted,
)

# A page of figures names the same few.
_uuid = lru_cache(1024)(UUID)
LABEL = gettext_noop("from what you may see")
# Where there is no target whose currency would be the natural one, and several currencies are seen.
DEFAULT_CURRENCY = "USD"
RISKS = ("political", "commercial")


def sum_of(only: str) -> str:
    """What `deals.stack`, called c, comes to, as JSON for `Sum.read`; numbers as text, which no reader takes for a
    float."""
    where = f"FILTER (WHERE {only})"
    counts = {
        "rows": only,
        "unknown": f"{only} AND c.amount IS NULL",
        "at_least": f"{only} AND c.qualifier = 'at_least'",
        "approximate": f"{only} AND c.qualifier = 'approximate'",
        "unconverted": f"{only} AND c.amount IS NOT NULL AND c.converted IS NULL",
    }
    return (
        "jsonb_build_object("
        f"'amount', coalesce(sum(c.amount) {where}, 0)::text, 'converted', coalesce(sum(c.converted) {where}, 0)::text,"
        f" 'up_to', coalesce(sum(c.converted) FILTER (WHERE {only} AND c.qualifier = 'up_to'), 0)::text, "
        + ", ".join(f"'{name}', count(*) FILTER (WHERE {condition})" for name, condition in counts.items())
        + ")"
    )


_SQL = f"""
WITH asked AS MATERIALIZED (
    SELECT coalesce(%(on)s::date, (SELECT max(date) FROM deals_fxrate WHERE date <= journal.today())) AS day,
           coalesce(%(currency)s, (SELECT min(m.currency) FROM deals_commitment c, deals.committed(c.id) m
                                   WHERE c.deal_id = ANY (%(deals)s) AND m.amount IS NOT NULL
                                   HAVING count(DISTINCT m.currency) = 1), '{DEFAULT_CURRENCY}') AS currency
),
counted AS MATERIALIZED (
    SELECT s.* FROM asked a, deals.stack(%(deals)s, %(only)s, a.currency, a.day) s
),
figures AS (
    SELECT c.class, c.side, c.purpose, c.seniority, c.instrument, c.currency, {sum_of("true")} AS all,
           {sum_of("c.signed")} AS signed, jsonb_agg(jsonb_build_object(
               'members', (SELECT jsonb_agg(jsonb_build_object('commitment', m.id, 'institution', i.id,
                                                               'name', i.short_name) ORDER BY i.short_name, m.id)
                           FROM unnest(c.members, c.institutions) m (id, institution)
                           JOIN institutions_institution i ON i.id = m.institution),
               'joint', CASE WHEN c.joint THEN c.key END, 'amount', c.amount::text, 'qualifier', c.qualifier,
               'signed', c.signed, 'converted', c.converted::text, 'from_leg', c.from_leg::text,
               'to_leg', c.to_leg::text, 'rate_on', c.rate_on, 'within', c.within, 'protected', c.protected,
               'unclear', c.unclear, 'political', c.political::text, 'commercial', c.commercial::text,
               'political_percent', c.political_percent::text, 'commercial_percent', c.commercial_percent::text
           ) ORDER BY c.converted DESC NULLS LAST, c.key) AS opens
    FROM counted c GROUP BY 1, 2, 3, 4, 5, 6
),
targets AS (
    SELECT t.amount, t.currency, c.converted, c.from_leg, c.to_leg, c.on_day
    FROM asked a, unnest(%(amounts)s::numeric[], %(currencies)s::text[]) t (amount, currency)
    LEFT JOIN LATERAL deals.convert(t.amount, t.currency, a.currency, a.day) c ON true
)
SELECT a.currency, a.day, (SELECT coalesce(jsonb_agg(to_jsonb(f)), '[]') FROM figures f),
       (SELECT coalesce(jsonb_agg(jsonb_build_object(
            'amount', t.amount::text, 'currency', t.currency, 'converted', t.converted::text,
            'from_leg', t.from_leg::text, 'to_leg', t.to_leg::text, 'rate_on', t.on_day)), '[]') FROM targets t)
FROM asked a
"""  # noqa: S608  # text of our own


@dataclass(frozen=True)
class Stack:
    """A stack as the asker may see it; every figure is labelled so where it is shown.

    `target` is in the reporting currency, None where there is none; `day` is the one whose rates were asked for, None
    where the registry holds no rates; `closes` is the purpose whose money closes the gaps.
    """

    target: Money | None
    currency: str
    day: date | None
    figures: tuple[Figure, ...]
    to_firm: Gap
    to_signed: Gap
    rates: tuple[Rate, ...] = ()
    closes: str = Purpose.BASE.value
    label: str = field(default=LABEL)

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """Money before what stands beside it, the base before the rest, the firm before the rest."""
        sides, classes = ["money", "cover", "reinsurance", "risk", "within"], list(Class)
        found: dict[tuple[str, str, Class], list[Figure]] = {}
        for figure in self.figures:
            purpose = figure.purpose if figure.side == "money" else ""
            found.setdefault((figure.side, purpose, figure.cls), []).append(figure)
        order = sorted(found, key=lambda key: (sides.index(key[0]), place(key[1]), -classes.index(key[2])))
        return tuple(
            Block(cls, side, purpose, self.currency, tuple(found[side, purpose, cls])) for side, purpose, cls in order
        )

    def block(self, cls: Class, side: str = "money", purpose: str = "") -> Block:
        """One block, empty where nothing stands there; money's purpose is the one that closes the gap by default."""
        named = purpose or (self.closes if side == "money" else "")
        empty = Block(cls, side, named, self.currency, ())
        return next((b for b in self.blocks if (b.cls, b.side, b.purpose) == (cls, side, named)), empty)

    @property
    def over_covered(self) -> tuple[tuple[Row, str, Decimal], ...]:
        """Rows whose covers together protect more than the whole, with the risk and its percentage."""
        return tuple(
            (row, risk, percent)
            for figure in self.figures
            for row in figure.opens
            for risk, percent in row.percent.items()
            if percent > 100
        )


def family(deal: Deal) -> list[UUID]:
    """The deal and the published one that it took over: their commitments are looked at together."""
    return [deal.pk, *([deal.supersedes_id] if deal.supersedes_id else [])]


def deal_stack(deal: Deal, *, currency: str | None = None, on: date | None = None) -> Stack:
    """The stack of one deal; one query. `currency`: the target's unless given. `on`: the last published rates'."""
    return _stack(family(deal), [_target(deal)], currency or deal.target_currency or None, on)


def stacks_of(deals: Sequence[UUID]) -> dict[UUID, Stack]:
    """The stacks of those deals that the asker sees; one query each, and one."""
    return {deal.pk: deal_stack(deal) for deal in Deal.objects.filter(pk__in=deals)}


def tranche_stack(tranche: Tranche, *, currency: str | None = None, on: date | None = None) -> Stack:
    """The stack of one tranche, whatever its purpose: what it seeks, and who brings it; one query."""
    target = Money.total(tranche.amount, tranche.currency) if tranche.amount is not None else None
    return _stack(
        [tranche.deal_id], [target], currency or tranche.currency, on, only=tranche.pk, closes=tranche.purpose
    )


def project_stack(project: Project, *, currency: str | None = None, on: date | None = None) -> Stack:
    """The stack of all deals of a project that the asker sees and that were not cancelled; two queries.

    A published deal that was taken over counts once, with the one that took it over. The target is the sum of the
    deals' own, where each has one.
    """
    deals = list(project.deals.exclude(status=DealStatus.CANCELLED).order_by("pk"))
    taken_over = {deal.supersedes_id for deal in deals}
    targets = [_target(deal) for deal in deals if deal.pk not in taken_over]
    named = {target.currency for target in targets if target}
    usual = named.pop() if len(named) == 1 else DEFAULT_CURRENCY if named else None
    return _stack(sorted({pk for deal in deals for pk in family(deal)}), targets, currency or usual, on)


def _target(deal: Deal) -> Money | None:
    return Money.total(deal.target_amount, deal.target_currency) if deal.target_amount is not None else None


def _stack(
    deals: Sequence[UUID],
    targets: Sequence[Money | None],
    currency: str | None,
    on: date | None,
    *,
    only: UUID | None = None,
    closes: str = Purpose.BASE.value,
) -> Stack:
    known = [target for target in targets if target]
    asked = {
        "deals": list(deals),
        "only": only,
        "currency": currency,
        "on": on,
        "amounts": [target.amount for target in known],
        "currencies": [target.currency for target in known],
    }
    with connection.cursor() as cursor:
        cursor.execute(_SQL, asked)
        [(reporting, day, told, sought)] = cursor.fetchall()
    # Django hands JSON over as text. There is no number with a point in it: amounts are texts.
    aims = json.loads(sought)
    figures = tuple(_figure(row, reporting) for row in json.loads(told))
    figures = tuple(sorted(figures, key=lambda figure: _place(figure, reporting)))
    target, why = _sought(targets, aims, reporting)
    closing = [f for f in figures if (f.cls, f.side, f.purpose) == (Class.FIRM, "money", closes)]
    used = [row.rate for figure in figures for row in figure.opens]
    used += [Rate.read(aim, aim["currency"], reporting) for aim in aims]
    return Stack(
        target=target,
        currency=reporting,
        day=day,
        figures=figures,
        to_firm=_gap(target, why, closing, signed=False),
        to_signed=_gap(target, why, closing, signed=True),
        rates=tuple(sorted({rate for rate in used if rate}, key=lambda rate: rate.source)),
        closes=closes,
    )


def _place(figure: Figure, reporting: str) -> tuple[object, ...]:
    """By seniority; what is known before what is not, the reporting currency before others."""
    foreign = figure.currency != reporting
    return SENIORITIES.index(figure.seniority), figure.instrument, not figure.currency, foreign, figure.currency


def _sought(targets: Sequence[Money | None], aims: Iterable[Any], reporting: str) -> tuple[Money | None, str]:
    """The sum of the targets in the reporting currency, or None and why there is none."""
    if not targets or None in targets:
        return None, NO_TARGET if len(targets) < 2 else gettext_noop("not every deal has a target")
    converted = [aim["converted"] for aim in aims]
    if None in converted:
        return None, gettext_noop("no rate converts the target")
    return Money.total(sum(map(Decimal, converted), Decimal(0)), reporting), ""


def _gap(target: Money | None, why: str, figures: Sequence[Figure], *, signed: bool) -> Gap:
    counted = sum((figure.signed if signed else figure.all for figure in figures), Sum())
    return gap_to(target, counted, why=why, others=unconverted(figures, signed=signed))


def gap_to(target: Money | None, counted: Sum, *, why: str = NO_TARGET, others: tuple[Money, ...] = ()) -> Gap:
    """What `counted` leaves of the target. `others`: what no rate converts."""
    if target is None:
        return Gap(None, counted.unknown, why_no_target=why)
    short = max(target.amount - counted.converted, Decimal(0))
    return Gap(
        Money.total(short, target.currency),
        unknown=counted.unknown,
        others=others,
        up_to=Money.total(counted.up_to, target.currency) if counted.up_to else None,
        at_least=counted.at_least,
        approximate=counted.approximate,
    )


def _figure(told: dict[str, Any], reporting: str) -> Figure:
    return Figure(
        Class(told["class"]),
        told["side"],
        told["purpose"],
        told["seniority"],
        told["instrument"],
        told["currency"],
        Sum.read(told["all"]),
        Sum.read(told["signed"]),
        reporting,
        tuple(_row(row, told["currency"], reporting) for row in told["opens"]),
    )


def _row(told: dict[str, Any], currency: str, reporting: str) -> Row:
    converted = Money.total(Decimal(told["converted"]), reporting) if told["converted"] is not None else None
    # Most rows are protected by nothing: no money is made for them.
    covered = {risk: Money.total(Decimal(told[risk]), reporting) for risk in RISKS} if told["protected"] else None
    return Row(
        members=tuple(
            Member(UUID(one["commitment"]), _uuid(one["institution"]), one["name"]) for one in told["members"]
        ),
        joint=UUID(told["joint"]) if told["joint"] else None,
        money=Money.total(Decimal(told["amount"]), currency) if told["amount"] is not None else None,
        qualifier=told["qualifier"],
        signed=told["signed"],
        converted=converted,
        rate=Rate.read(told, currency, reporting) if converted else None,
        within=UUID(told["within"]) if told["within"] else None,
        protected=covered,
        unclear=told["unclear"],
        percent={r: Decimal(told[f"{r}_percent"]) for r in RISKS if told[f"{r}_percent"] is not None},
    )
