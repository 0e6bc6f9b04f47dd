"""Named grants and 'who sees this' over REST."""

from datetime import UTC, datetime, timedelta
from time import sleep
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from deals.models import Size
from deals.services.disclosure import ask_to_grant
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import Decision, Grant
from institutions.services import approvals
from tests.acts import confirm_waiting, grant, letter
from tests.api import System, person_of, system_of
from tests.cast import Cast
from tests.room import document

pytestmark = pytest.mark.slow


@pytest.fixture
def rhein(cast: Cast) -> System:
    return system_of("rhein", responsible="rolf@rhein.example")


@pytest.fixture
def corner(cast: Cast) -> System:
    return system_of("corner", responsible="cora@corner.example")


def ask(cast: Cast, **more: object) -> dict[str, object]:
    until = (timezone.now() + timedelta(days=1)).isoformat()
    return {"institution": str(cast.bank("corner").pk), "until": until} | more


def test_one_bank_alone_sees_it_until_it_is_ended(cast: Cast, rhein: System, corner: System) -> None:
    made = letter(cast, Level.OWN, by="rolf", approver="rita")
    asked = rhein.post(f"commitments/{made.pk}/grants", ask(cast))
    assert asked.status == 202, asked.raw
    assert "Corner" in asked.body["pending_approval"]["summary"]
    assert corner.get(f"commitments/{made.pk}").status == 404
    confirm_waiting(cast, made, by="rita")
    assert corner.get(f"commitments/{made.pk}").body["size"]["money"]["amount"] == "150000000.00"
    assert system_of("sakura").get(f"commitments/{made.pk}").status == 404
    listed = rhein.get(f"grants?row={made.pk}&state=live&institution={cast.bank('corner').pk}").body["results"]
    assert [each["row"] for each in listed] == [{"type": "commitment", "id": str(made.pk)}]
    (one,) = listed
    assert rhein.post(f"grants/{one['id']}/end").status == 428
    assert rhein.post(f"grants/{one['id']}/end", If_Match='"other"').status == 412
    ended = rhein.post(f"grants/{one['id']}/end", If_Match=f'"{one["version"]}"')
    assert (ended.status, ended.body["state"]) == (200, "ended")
    # At the very next request, and the size with it.
    assert corner.get(f"commitments/{made.pk}").status == 404
    with acting_as(cast.cora):
        assert not Size.objects.filter(commitment=made.pk).exists()
    assert {each["state"] for each in rhein.all("grants")} == {"ended"}
    again = rhein.post(f"grants/{one['id']}/end", If_Match=f'"{ended.body["version"]}"')
    assert (again.status, again.body["type"]) == (409, "urn:orebook:problem:grant_ended")


def test_what_begins_later_is_seen_from_then_on(cast: Cast, rhein: System, corner: System) -> None:
    made = letter(cast, Level.OWN, by="rolf", approver="rita")
    begins = timezone.now() + timedelta(seconds=4)
    assert rhein.post(f"commitments/{made.pk}/grants", ask(cast, starts=begins.isoformat())).status == 202
    confirm_waiting(cast, made, by="rita")
    if timezone.now() < begins:
        assert corner.get(f"commitments/{made.pk}").status == 404
        coming = rhein.get(f"commitments/{made.pk}/audience").body["coming"]
        assert [each["name"] for each in coming] == ["Corner Commercial Bank"]
    sleep(max((begins - timezone.now()).total_seconds(), 0) + 0.2)
    assert corner.get(f"commitments/{made.pk}").status == 200
    assert rhein.get("grants?state=coming").body["results"] == []


@pytest.mark.parametrize("kind", ["deals", "commitments", "documents"])
def test_nobody_names_somebody_for_anothers_row(cast: Cast, rhein: System, kind: str) -> None:
    theirs = {
        "deals": cast.deal.pk,
        "commitments": letter(cast, Level.PARTIES).pk,
        "documents": document(cast, Level.PARTIES, by="ada").pk,
    }[kind]
    assert rhein.get(f"{kind}/{theirs}").status == 200
    for path, send in (("grants", rhein.post), ("audience", rhein.get)):
        body = [ask(cast)] if path == "grants" else []
        refused, missing = send(f"{kind}/{theirs}/{path}", *body), send(f"{kind}/{uuid4()}/{path}", *body)
        assert (refused.status, refused.body["detail"]) == (404, missing.body["detail"])


def test_what_makes_no_sense_is_refused_with_a_next_step(cast: Cast, rhein: System) -> None:
    made = letter(cast, Level.OWN, by="rolf", approver="rita")
    for wrong, pointer in (
        ({"institution": str(cast.bank("rhein").pk)}, "/institution"),
        ({"until": "2020-01-01T00:00:00Z"}, "/until"),
        ({"until": "2030-01-01"}, "/until"),
        ({"with_price": True}, "/with_price"),
    ):
        refused = rhein.post(f"commitments/{made.pk}/grants", ask(cast) | wrong)
        assert refused.status == 422, refused.raw
        assert list(refused.codes) == [pointer]


def test_the_owner_is_told_who_sees_its_row(cast: Cast, rhein: System) -> None:
    made = letter(cast, Level.PARTIES, by="rolf", approver="rita")
    grant(cast, made, "corner", by="rolf", approver="rita")
    told = rhein.get(f"commitments/{made.pk}/audience").body
    # Hanok has walled the deal off, which is its own: it stands as one.
    assert {each["name"]: each["by"] for each in told["now"]} == {
        "Rhein Förderbank": "owner",
        "Austral Export Finance": "level",
        "Hanok Eximbank": "level",
        "Corner Commercial Bank": "grant",
    }
    with CaptureQueriesContext(connection) as few:
        rhein.get(f"commitments/{made.pk}/audience")
    for name in ("sakura", "maple"):
        grant(cast, made, name, by="rolf", approver="rita")
    with CaptureQueriesContext(connection) as more:
        assert len(rhein.get(f"commitments/{made.pk}/audience").body["now"]) == 6
    assert len(more) == len(few)


def test_whose_people_see_a_walled_row_is_told_inside_by_name(cast: Cast) -> None:
    made = letter(cast, Level.OWN)
    told = person_of("mina@hanok.example").get(f"commitments/{made.pk}/audience").body["now"]
    assert [(each["kind"], each["name"]) for each in told] == [("person", "Joon"), ("person", "Mina")]
    assert person_of("dami@hanok.example").get(f"commitments/{made.pk}/audience").status == 404


def test_a_confirmed_time_is_the_time(cast: Cast) -> None:
    """The database holds the beginning as it was confirmed."""
    made = letter(cast, Level.OWN, by="rolf", approver="rita")
    later = datetime.now(UTC) + timedelta(days=2)
    with acting_as(cast.rolf):
        asked = ask_to_grant(
            by=cast.rolf, rows=[made], to=cast.bank("corner"), until=later + timedelta(days=1), deal_id=cast.deal.pk,
            starts=later,
        )  # fmt: skip
    with acting_as(cast.rita):
        approvals.decide(by=cast.rita, approval=asked, decision=Decision.CONFIRMED)
        with pytest.raises(IntegrityError, match="a grant needs a second person"), transaction.atomic():
            Grant.objects.create(
                owner=cast.bank("rhein"), deal_id=cast.deal.pk, row_id=made.pk, institution=cast.bank("corner"),
                starts=later - timedelta(days=1), ends=later + timedelta(days=1),
            )  # fmt: skip


def test_a_row_of_another_kind_is_missing(cast):
    made = letter(cast, Level.OWN, by="rolf", approver="rita")
    rhein = system_of("rhein")
    assert rhein.get(f"commitments/{made.pk}/audience").status == 200
    assert rhein.get(f"documents/{made.pk}/audience").status == 404
