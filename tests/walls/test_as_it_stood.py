"""Looking back: as it stood then, of what the asker could see then and may see now."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from deals.models import Commitment, Kind, Party
from deals.services.disclosure import set_level
from deals.services.inviting import record_nda
from institutions.isolation.levels import Level
from institutions.isolation.moment import Moment, as_it_stood
from institutions.isolation.session import acting_as
from tests.acts import confirm_waiting, letter, move_money, moved, sign, widen
from tests.api import System, person_of, system_of
from tests.cast import Cast
from tests.past import clock, soon

pytestmark = pytest.mark.slow


@pytest.fixture
def settle(committed_cast: Cast) -> Iterator[Callable[[datetime], str]]:
    with soon() as settle:
        yield settle


def rhein() -> System:
    return system_of("rhein")


def mina() -> System:
    return person_of("mina@hanok.example")


def stages(system: System, at: str = "") -> list[str]:
    found = system.get(f"commitments{at and f'?as_of={at}'}")
    assert found.status == 200, found.raw
    return [row["stage"] for row in found.body["results"]]


def test_a_list_an_object_and_a_stack_are_shown_as_they_stood(
    committed_cast: Cast, settle: Callable[[datetime], str]
) -> None:
    cast = committed_cast
    made = letter(cast, Level.PARTIES)
    paths = ["commitments", f"commitments/{made.pk}", f"deals/{cast.deal.pk}", f"deals/{cast.deal.pk}/stack"]
    then, asks = clock(), rhein()
    stood = [asks.get(path) for path in paths]
    moved(cast, made, "indicative_terms")
    letter(cast, Level.PARTIES, by="rolf", approver="rita")
    now = [asks.get(path).raw for path in paths]
    at = settle(then)
    for path, before, after in zip(paths, stood, now, strict=True):
        again = asks.get(f"{path}?as_of={at}")
        assert again.status == 200, again.raw
        assert again.raw == before.raw
        assert again.headers.get("ETag") == before.headers.get("ETag")
        # And nothing of it is left for the next question.
        assert asks.get(path).raw == after


def test_what_was_told_later_is_not_shown_of_before(committed_cast: Cast, settle: Callable[[datetime], str]) -> None:
    made = letter(committed_cast)
    then = clock()
    widen(committed_cast, made, Level.PARTIES)
    after = clock()
    at, later = settle(then), settle(after)
    assert stages(rhein(), at) == []
    assert stages(rhein(), later) == ["letter_of_interest"]
    assert stages(mina(), at) == ["letter_of_interest"]


def test_what_is_told_no_more_is_not_shown_at_all(committed_cast: Cast, settle: Callable[[datetime], str]) -> None:
    made = letter(committed_cast, Level.PARTIES)
    then = clock()
    with acting_as(committed_cast.mina):
        set_level(row=Commitment.objects.get(pk=made.pk), level=Level.LEAD)
    narrowed = clock()
    widen(committed_cast, made, Level.PARTIES)
    again = clock()
    at, hidden, shown = settle(then), settle(narrowed), settle(again)
    # What went out of sight came back: the time between stays hidden.
    assert [len(stages(rhein(), moment)) for moment in (at, hidden, shown)] == [1, 0, 1]
    with acting_as(committed_cast.mina):
        set_level(row=Commitment.objects.get(pk=made.pk), level=Level.LEAD)
    assert [stages(rhein(), moment) for moment in (at, hidden, shown)] == [[], [], []]
    assert rhein().get(f"commitments/{made.pk}?as_of={at}").status == 404


def test_who_is_let_in_later_does_not_look_back_on_before(
    committed_cast: Cast, settle: Callable[[datetime], str]
) -> None:
    cast = committed_cast
    letter(cast, Level.PARTIES)
    then, sora = clock(), person_of("sora@sakura.example")
    with acting_as(cast.ada):
        party = Party.objects.get(institution=cast.bank("sakura"))
        record_nda(by=cast.ada, party=party, signed_on=date.today())
    confirm_waiting(cast, party, by="abe")
    after = clock()
    at, later = settle(then), settle(after)
    assert (stages(sora, at), stages(sora, later)) == ([], ["letter_of_interest"])
    # She joined under the same audience; a member of before looks back on all of it.
    assert stages(rhein(), at) == ["letter_of_interest"]


def test_its_owner_asks_what_an_institution_could_see_then(
    committed_cast: Cast, settle: Callable[[datetime], str]
) -> None:
    made = letter(committed_cast, Level.PARTIES, size_level=Level.OWN)
    rival = letter(committed_cast, Level.PARTIES, by="rolf", approver="rita")
    then = clock()
    with acting_as(committed_cast.mina):
        set_level(row=Commitment.objects.get(pk=made.pk), level=Level.LEAD)
    after = clock()
    at, later = settle(then), settle(after)
    [seen] = mina().get(f"commitments?as_of={at}&told_to=rhein").body["results"]
    assert (seen["id"], seen["size"]) == (str(made.pk), None)
    assert mina().get(f"commitments?as_of={later}&told_to=rhein").body["results"] == []
    [led] = mina().get(f"commitments?as_of={later}&told_to=austral").body["results"]
    assert led["id"] == str(made.pk)
    # Of what others own it is told nothing by this, also where both see it.
    assert mina().get(f"commitments/{rival.pk}?as_of={at}&told_to=rhein").status == 404
    assert mina().get(f"commitments?as_of={at}&told_to=maple").body["results"] == []


def test_what_took_effect_before_it_was_known_is_shown_as_it_was_known_later(
    committed_cast: Cast, settle: Callable[[datetime], str]
) -> None:
    cast = committed_cast
    made, long_ago = letter(cast, Level.PARTIES), (timezone.now() - timedelta(days=180)).date()
    moved(cast, made, "effective", on=long_ago, signed_on=long_ago, agreement_reference="A-1")
    move_money(cast, made, Kind.INCREASE, "50000000", days_ago=20)
    move_money(cast, made, Kind.INCREASE, "7000000", days_ago=40)
    day = (timezone.now() - timedelta(days=30)).date()
    known = settle(clock())
    # Nothing was recorded of it by the end of that day.
    assert rhein().get(f"commitments/{made.pk}?as_of={day}").status == 404
    found = rhein().get(f"commitments/{made.pk}?as_of={day}&known_at={known}")
    assert (found.body["stage"], found.body["size"]["money"]["amount"]) == ("effective", "157000000.00")
    # The deal itself was registered today.
    assert rhein().get(f"deals/{cast.deal.pk}/stack?as_of={day}&known_at={known}").status == 404


def test_a_file_of_a_list_is_as_it_stood(committed_cast: Cast, settle: Callable[[datetime], str]) -> None:
    made = letter(committed_cast, Level.PARTIES)
    then, asks = clock(), rhein()
    before = asks.get("commitments.csv").raw
    sign(committed_cast, made)
    at = settle(then)
    assert asks.get(f"commitments.csv?as_of={at}").raw == before
    assert b"signed" in asks.get("commitments.csv").raw


def test_pages_of_the_past_go_on_in_the_past(committed_cast: Cast, settle: Callable[[datetime], str]) -> None:
    made = [letter(committed_cast, Level.PARTIES) for _ in range(3)]
    then, asks = clock(), rhein()
    letter(committed_cast, Level.PARTIES)
    at = settle(then)
    found = asks.all(f"commitments?as_of={at}&limit=2")
    assert {row["id"] for row in found} == {str(row.pk) for row in made}
    page = asks.get(f"commitments?as_of={at}&limit=2").body["next"]
    # A cursor is of its own question.
    assert asks.get(page.replace("as_of=", "known_at=x&as_of=")).status == 400


@pytest.mark.parametrize(
    ("asked", "pointer", "code"),
    [
        ("as_of=yesterday", "/as_of", "invalid"),
        ("as_of=2026-02-30", "/as_of", "invalid"),
        ("as_of=2026-01-01T00:00:00", "/as_of", "invalid"),
        ("as_of=0001-01-01T00:00:00%2B14:00", "/as_of", "invalid"),
        ("known_at=2026-01-01", "/known_at", "without_as_of"),
        ("told_to=rhein", "/told_to", "without_as_of"),
        ("as_of=2026-01-01&told_to=nobody", "/told_to", "not_found"),
        ("as_of=2999-01-01", "/as_of", "not_settled"),
        ("as_of=2026-01-01&known_at=2999-01-01", "/known_at", "not_settled"),
    ],
)
def test_what_is_no_moment_of_the_past_is_refused(cast: Cast, asked: str, pointer: str, code: str) -> None:
    found = rhein().get(f"commitments?{asked}")
    assert (found.status, found.codes) == (400, {pointer: code})


def test_what_may_still_be_on_its_way_is_not_told(cast: Cast) -> None:
    now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    found = rhein().get(f"commitments?as_of={now}")
    assert found.codes == {"/as_of": "not_settled"}
    assert "again in some minutes" in found.body["errors"][0]["detail"]


def test_asked_without_the_views_the_database_tells_no_more(
    committed_cast: Cast, settle: Callable[[datetime], str]
) -> None:
    hidden = letter(committed_cast, Level.LEAD)
    later = letter(committed_cast)
    gone = letter(committed_cast, Level.PARTIES)
    then = clock()
    widen(committed_cast, later, Level.PARTIES)
    with acting_as(committed_cast.mina):
        set_level(row=Commitment.objects.get(pk=gone.pk), level=Level.LEAD)
    settle(then)

    def states(who: str) -> list[bool]:
        with acting_as(committed_cast.people[who]), as_it_stood(Moment.at(then)), connection.cursor() as cursor:
            cursor.execute(
                "SELECT past.state(id) IS NOT NULL FROM unnest(%s::uuid[]) WITH ORDINALITY AS a (id, i) ORDER BY i",
                [[hidden.pk, later.pk, gone.pk, committed_cast.deal.pk]],
            )
            return [seen for (seen,) in cursor.fetchall()]

    assert states("rolf") == [False, False, False, True]
    assert states("ada") == [True, False, True, True]
    assert states("mina") == [True, True, True, True]


def test_the_past_cannot_be_written(committed_cast: Cast, settle: Callable[[datetime], str]) -> None:
    then = clock()
    settle(then)
    with acting_as(committed_cast.mina):
        with as_it_stood(Moment.at(then)), pytest.raises(OperationalError, match="cannot update view"):
            Commitment.objects.update(note="x")
        # Afterwards all is as before.
        letter(committed_cast)
        with pytest.raises(OperationalError, match="not settled"), as_it_stood(Moment.at(clock())):
            pass
