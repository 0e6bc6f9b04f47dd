"""What is read over REST, each beside its limit: the same rows for the same asker from the bare server."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

import psycopg

from tests.benchmarks.speed.asking import ASKERS, LARGE_DEAL, Registry, made_id
from tests.benchmarks.speed.beside import Measured, Side, beside
from tests.benchmarks.speed.limit import STATEMENTS
from tests.benchmarks.speed.serving import as_client, spent

DEEP_PAGES = 100


@dataclass(frozen=True)
class Effort:
    """How often each is measured: turns of so many acts."""

    turns: int = 9
    each: int = 10
    slow_turns: int = 3


@dataclass(frozen=True)
class Row:
    """A line of the table. The ratio is ours to the partner's, met when it is at most `goal` (at least, where so); None
    where there is no goal and it is told for whoever decides."""

    workload: str
    asker: str
    size: int
    partner: str
    goal: float | None
    measured: Measured
    at_least: bool = False
    # Of time instead of the processor's: where others' processes do part of it.
    by_time: bool = False
    # Told beside the workload, which is compared by its name.
    remark: str = ""

    @property
    def ratio(self) -> float:
        if self.by_time:
            return round(self.measured.wall_ours.median / self.measured.wall_partner.median, 2)
        return self.measured.ratio

    @property
    def met(self) -> bool:
        if self.goal is None:
            return True
        return self.ratio >= self.goal if self.at_least else self.ratio <= self.goal


def lists(there: Registry, effort: Effort) -> Iterator[Row]:
    """A page of 50 commitments, the first one and one from deep within."""
    for asker, bank in ASKERS.items():
        limit = there.bare("limit", bank, "/list")
        first = there.ours(bank, "/api/v1/commitments")
        yield _row("list of 50, first page", asker, there, "bare json_agg, same policy", 2, first, limit, effort)
        deep, told_at = deep_page(there, bank)
        there_too = there.bare("limit", bank, f"/list?after={quote(told_at)}")
        deeply = there.ours(bank, deep)
        yield _row("list of 50, deep page", asker, there, "bare json_agg, same policy", 2, deeply, there_too, effort)
        stock = there.bare("stock", bank, "/list")
        slowly = Effort(effort.slow_turns, 1)
        yield _row(
            "list of 50, first page", asker, there, "stock ModelSerializer, page numbers", 0.1, first, stock, slowly
        )


def deep_page(there: Registry, bank: int) -> tuple[str, str]:
    """The address of a page in the middle of what the asker sees, or a hundred large pages on, and after which moment
    it begins."""
    seen = int(there.asked_of_database(bank, "SELECT count(*) FROM deals_commitment"))
    address, passed = "/api/v1/commitments?limit=500", 0
    if seen < 1_000:
        address = f"/api/v1/commitments?limit={max(1, seen // 2)}"
    for _ in range(DEEP_PAGES):
        page = there.told(bank, address)
        passed += len(page["results"])
        address = page["next"].partition("/api/")[2]
        address = f"/api/{address}"
        if passed >= seen // 2:
            break
    last = there.asked_of_database(
        bank, "SELECT told_at::text FROM deals_commitment ORDER BY told_at, id OFFSET %s LIMIT 1", passed - 1
    )
    return address.replace("limit=500", "limit=50"), str(last)


def policy(there: Registry, effort: Effort) -> Iterator[Row]:
    """The same SQL under the policies, and past them with the same rows filtered by hand."""
    for asker, bank in ASKERS.items():
        client = made_id("client", bank)
        with (
            psycopg.connect(there.place.url("app", there.size)) as walled,
            psycopg.connect(there.superuser) as open_,
        ):
            who = walled.execute("SELECT wall.act('client', %s, NULL), wall.principals()", [client]).fetchone()
            given = {"after": "-infinity", "who": who[1] if who else []}
            open_.execute("SET plan_cache_mode = force_generic_plan")
            by_hand = filtered_by_hand(STATEMENTS["list"])
            if walled.execute(STATEMENTS["list"], given).fetchone() != open_.execute(by_hand, given).fetchone():
                raise RuntimeError("By hand other rows are found than under the policies.")
            yield _row(
                "list query under the policies", asker, there, "the same rows filtered by hand", 1.3,
                _query(walled, STATEMENTS["list"], given), _query(open_, by_hand, given), effort,
            )  # fmt: skip


def filtered_by_hand(statement: str) -> str:
    """The list's statement with the rule written out for each table, as who has no policies writes it."""
    rule = (
        "EXISTS (SELECT FROM institutions_audiencemember m WHERE m.audience_id = {t}.audience_id"
        " AND m.principal = ANY (%(who)s) AND m.starts <= statement_timestamp() AND m.ends > statement_timestamp())"
    )
    for alias, key in (("d", "c.deal_id"), ("t", "c.tranche_id"), ("s", ""), ("p", "")):
        old = f"{alias}.id = {key}" if key else f"{alias}.commitment_id = c.id"
        statement = statement.replace(f"ON {old}", f"ON {old} AND {rule.format(t=alias)}")
    return statement.replace(
        "ORDER BY told_at, id LIMIT 50", f"AND {rule.format(t='deals_commitment')} ORDER BY told_at, id LIMIT 50"
    )


def details(there: Registry, effort: Effort) -> Iterator[Row]:
    """One commitment, and the same when it has not changed."""
    for asker, bank in ASKERS.items():
        key = there.told(bank, "/api/v1/commitments?limit=2")["results"][-1]["id"]
        address = f"/api/v1/commitments/{key}"
        full = there.ours(bank, address)
        yield _row(
            "detail", asker, there, "bare row_to_json", 3, full, there.bare("limit", bank, f"/detail?id={key}"), effort
        )
        version = there.told(bank, address)["version"]
        unchanged = there.ours(bank, address, **{"If-None-Match": f'"{version}"'})
        yield _row("detail, unchanged (304)", asker, there, "the full detail", 0.5, unchanged, full, effort)


def feed(there: Registry, effort: Effort) -> Iterator[Row]:
    """A page of 200 events with their objects, and asking where there is nothing new."""
    for asker, bank in ASKERS.items():
        yield _row(
            "feed page of 200", asker, there, "the same SQL", 2, there.ours(bank, "/api/v1/events?limit=200"),
            there.bare("limit", bank, "/feed?xact=0&seq=0"), effort,
        )  # fmt: skip
        end = there.asked_of_database(bank, "SELECT journal.horizon()")
        yield _row(
            "feed, nothing new", asker, there, "the same SQL", 2,
            there.ours(bank, f"/api/v1/events?limit=200&after={end_of_log(there, bank)}"),
            there.bare("limit", bank, f"/feed?xact={end}&seq=0"), effort,
        )  # fmt: skip


def end_of_log(there: Registry, bank: int) -> str:
    """The cursor at the end of the log, which a snapshot names."""
    server = there.servers["orebook"]
    _status, body, _headers = server.ask("GET", "/api/v1/snapshot?type=network", headers=as_client(bank))
    return str(json.loads(body.splitlines()[0])["cursor"])


def stacks(there: Registry, effort: Effort) -> Iterator[Row]:
    """The stack and both gaps of a deal with two hundred commitments."""
    key = made_id("deal", LARGE_DEAL)
    bank = ASKERS["a tenth"]
    yield _row(
        "stack and gap, 200 commitments", "a tenth", there, "one plain aggregate", 3,
        there.ours(bank, f"/api/v1/deals/{key}/stack"), there.bare("limit", bank, f"/stack?id={key}"), effort,
    )  # fmt: skip


def picture(there: Registry, effort: Effort) -> Iterator[Row]:
    """The network's picture, beside the stack of a deal."""
    bank = ASKERS["a tenth"]
    whole = there.ours(bank, "/api/v1/network-picture")
    deal = there.ours(bank, f"/api/v1/deals/{made_id('deal', LARGE_DEAL)}/stack")
    measured = beside(whole, deal, turns=effort.slow_turns, each=1, warm=1)
    yield Row("network picture", "a tenth", there.size, "the stack of a deal with 200 commitments", 5, measured)


def _query(connection: psycopg.Connection[tuple[object, ...]], statement: str, given: dict[str, object]) -> Side:
    (pid,) = connection.execute("SELECT pg_backend_pid()").fetchone() or (0,)
    return Side(lambda: connection.execute(statement, given).fetchall(), lambda: spent(int(str(pid))))


def _row(
    workload: str, asker: str, there: Registry, partner: str, goal: float, ours: Side, theirs: Side, effort: Effort
) -> Row:
    measured = beside(ours, theirs, turns=effort.turns, each=effort.each)
    return Row(workload, asker, there.size, partner, goal, measured)
