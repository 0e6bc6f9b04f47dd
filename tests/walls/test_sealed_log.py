"""The sealed log: what a member can prove without the registry, and what it does not learn by it."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import connection

from deals.models import Commitment
from deals.services.disclosure import set_level
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import Event, Seal
from institutions.selectors.heads import Head
from institutions.services.sealing import seal
from tests.acts import letter, moved, widen
from tests.api import Answer, System, person_of, system_of
from tests.cast import Cast

pytestmark = pytest.mark.slow

VERIFIER = settings.BASE_DIR / "docs" / "clients" / "verify_log.py"


@pytest.fixture(autouse=True)
def heads_are_kept_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "ORE_DATA", tmp_path)


def sealed() -> Head:
    made = seal(every=timedelta())
    assert made
    return made


def verified(folder: Path, answer: Any, kept: Any = None) -> tuple[int, str]:
    """What the verifier says, in an interpreter that knows nothing of the registry."""
    files = []
    for name, content in (("answer", answer), ("head", kept)):
        if content is not None:
            (folder / f"{name}.json").write_text(json.dumps(content))
            files += (["--head"] if name == "head" else []) + [str(folder / f"{name}.json")]
    ran = subprocess.run([sys.executable, "-I", str(VERIFIER), *files], capture_output=True, text=True, check=False)
    return ran.returncode, ran.stdout + ran.stderr


def proofs(asks: System, key: UUID, more: str = "") -> Answer:
    return asks.get(f"log/proofs?object={key}{more}")


def told(proof: dict[str, Any]) -> dict[str, str]:
    return {fact["fact"]: fact["said"] for fact in proof["facts"] if "said" in fact}


def mina() -> System:
    return person_of("mina@hanok.example")


def test_a_member_proves_its_own_events_without_the_registry(committed_cast: Cast, tmp_path: Path) -> None:
    made = letter(committed_cast, Level.PARTIES, money="123000000")
    kept = sealed()
    moved(committed_cast, made, "indicative_terms")
    sealed()
    answer = proofs(mina(), made.pk).body
    assert answer["not_sealed_yet"] == 0
    code, says = verified(tmp_path, answer)
    assert (code, says.count("under head 1")) == (0, len(answer["results"])), says
    newest = told(answer["results"][0])
    assert json.loads(newest["after"])["stage"] == "indicative_terms"
    assert json.loads(newest["before"])["stage"] == "letter_of_interest"
    # Under the head that it kept: what came later is not under it.
    earlier = proofs(mina(), made.pk, f"&head={kept.number}").body
    assert len(earlier["results"]) < len(answer["results"])
    head = {"number": kept.number, "root": kept.root.hex()}
    assert verified(tmp_path, earlier, head)[0] == 0
    assert verified(tmp_path, earlier, head | {"root": "00" * 32})[0] == 1


@pytest.mark.parametrize("broken", ["said", "salt", "hash", "path", "leaf_index", "root"])
def test_what_was_changed_in_a_proof_does_not_fit(committed_cast: Cast, tmp_path: Path, broken: str) -> None:
    made = letter(committed_cast, Level.PARTIES)
    sealed()
    answer = proofs(system_of("rhein"), made.pk).body
    proof = answer["results"][0]
    match broken:
        case "said" | "salt" | "hash":
            fact = next(fact for fact in proof["facts"] if broken in fact and fact["fact"] != "id")
            fact[broken] = fact[broken][:-1] + ("0" if fact[broken][-1] != "0" else "1")
        case "path":
            proof["path"][3] = "00" * 32
        case "leaf_index":
            proof["leaf_index"] = str(int(proof["leaf_index"]) ^ 1)
        case "root":
            proof["head"]["root"] = "00" * 32
    code, says = verified(tmp_path, answer)
    assert code == 1, says
    assert "DOES NOT FIT" in says


def test_of_others_rows_a_proof_tells_that_they_changed_and_not_what(committed_cast: Cast) -> None:
    letter(committed_cast, Level.PARTIES, money="123000000", size_level=Level.PARTIES)
    sealed()
    size = _events(committed_cast, "mina", "deals_size")[-1].row_id
    answer = proofs(system_of("rhein"), size)
    assert answer.body["results"]
    for proof in answer.body["results"]:
        assert set(told(proof)) == {"action", "effective_on", "id", "institution", "object", "table", "time"}
    assert b"123000000" not in answer.raw
    mine = told(proofs(mina(), size).body["results"][0])
    assert "123000000" in mine["after"]
    # Nobody is told where in the log it stands, which counts what others do.
    assert "position" not in mine


def test_a_hidden_event_is_proven_as_a_missing_one(committed_cast: Cast) -> None:
    hidden = letter(committed_cast, Level.LEAD)
    sealed()
    missing = proofs(system_of("rhein"), uuid4())
    found = proofs(system_of("rhein"), hidden.pk)
    assert (found.status, found.codes) == (missing.status, missing.codes) == (400, {"/object": "not_found"})
    [event, *_] = _events(committed_cast, "mina", "deals_commitment")
    with acting_as(committed_cast.rolf), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM journal.proof(%s)", [event.pk])
        assert cursor.fetchall() == []
    # What came into sight is proven by what was told; what it was before stays out of it.
    widen(committed_cast, hidden, Level.PARTIES)
    sealed()
    seen = [told(each)["action"] for each in proofs(system_of("rhein"), hidden.pk).body["results"]]
    assert seen == ["revealed"]


def test_to_each_is_proven_what_it_reads_of_the_log_and_nothing_else(committed_cast: Cast) -> None:
    for level in Level:
        letter(committed_cast, level)
    withdrawn = letter(committed_cast, Level.PARTIES)
    moved(committed_cast, withdrawn, "indicative_terms")
    widen(committed_cast, letter(committed_cast, Level.LEAD), Level.PARTIES)
    with acting_as(committed_cast.mina):
        set_level(row=Commitment.objects.get(pk=withdrawn.pk), level=Level.LEAD)
    sealed()
    read = {}
    for name, who in committed_cast.people.items():
        with acting_as(who):
            read[name] = set(Event.objects.values_list("pk", flat=True))
    asked = list(set().union(*read.values()))
    for name, seen in read.items():
        with acting_as(committed_cast.people[name]), connection.cursor() as cursor:
            cursor.execute("SELECT e FROM unnest(%s::uuid[]) e WHERE EXISTS (SELECT FROM journal.proof(e))", [asked])
            proven = {event for (event,) in cursor.fetchall()}
        assert proven == seen, name
    # Those that are let in, those that nothing is told, and one from whose sight something went.
    assert len({len(seen) for seen in read.values()}) > 2


def _events(cast: Cast, who: str, table: str) -> list[Event]:
    with acting_as(cast.people[who]):
        return list(Event.objects.filter(table=table).order_by("xact", "seq"))


def test_a_later_head_is_shown_to_extend_an_earlier_one(committed_cast: Cast, tmp_path: Path) -> None:
    asks = system_of("rhein")
    for round_ in range(7):
        if round_ % 2:
            letter(committed_cast, Level.PARTIES)
        sealed()
    heads = asks.get("log/heads?limit=500").body["results"]
    assert [head["number"] for head in heads] == [6, 5, 4, 3, 2, 1, 0]
    for first in heads:
        for second in heads:
            if first["number"] <= second["number"]:
                answer = asks.get(f"log/consistency?first={first['number']}&second={second['number']}").body
                assert verified(tmp_path, answer, first)[0] == 0
    answer = asks.get("log/consistency?first=2").body
    assert answer["second"] == heads[0]
    for place in range(len(answer["path"])):
        forged = answer | {"path": [*answer["path"][:place], "00" * 32, *answer["path"][place + 1 :]]}
        assert verified(tmp_path, forged)[0] == 1
    assert verified(tmp_path, answer, {"number": 2, "root": "00" * 32})[0] == 1


def test_a_quiet_hour_and_a_busy_one_look_alike(committed_cast: Cast) -> None:
    sealed()
    quiet = sealed()
    for _ in range(5):
        letter(committed_cast, Level.LEAD)
    busy = sealed()
    asks = system_of("rhein")
    shapes = [asks.get("log/heads").body["results"][place] for place in (0, 1)]
    assert busy.tree_size - quiet.tree_size == quiet.tree_size - sealed_size(0)
    assert len({tuple(sorted((name, len(str(value))) for name, value in shape.items())) for shape in shapes}) == 1
    # The same number of hashes beside each event, however many there are.
    made = letter(committed_cast, Level.PARTIES)
    sealed()
    alone = letter(committed_cast, Level.PARTIES)
    sealed()
    lengths = {len(each["path"]) for key in (made.pk, alone.pk) for each in proofs(asks, key).body["results"]}
    assert max(lengths) - min(lengths) <= 3


def sealed_size(number: int) -> int:
    return (number + 1) << 40


def test_one_head_an_hour_whoever_rings(committed_cast: Cast, tmp_path: Path) -> None:
    assert seal()
    assert seal() is None
    assert Seal.objects.count() == 1
    [line] = (tmp_path / "heads.jsonl").read_text().splitlines()
    assert json.loads(line)["root"] == bytes(Seal.objects.get().root).hex()


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        ("log/proofs", {"/object": "invalid"}),
        ("log/proofs?object=x", {"/object": "invalid"}),
        ("log/heads?before=-1", {"/before": "invalid"}),
        ("log/consistency", {"/first": "required"}),
        ("log/consistency?first=99", {"/first": "not_found"}),
        ("log/consistency?first=1&second=0", {"/first": "invalid"}),
    ],
)
def test_what_is_no_question_of_the_log_is_refused(committed_cast: Cast, asked: str, codes: dict[str, str]) -> None:
    sealed()
    sealed()
    found = system_of("rhein").get(asked)
    assert (found.status, found.codes) == (400, codes)


def test_before_anything_is_sealed_one_is_told_so(committed_cast: Cast) -> None:
    made = letter(committed_cast, Level.PARTIES)
    assert system_of("rhein").get("log/heads").body == {"results": [], "next": None}
    assert "Nothing is sealed yet" in proofs(system_of("rhein"), made.pk).body["errors"][0]["detail"]
