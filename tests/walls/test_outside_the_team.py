"""A colleague outside a deal team: what a wall leaves it of a deal that its institution told the whole network."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from deals.models import Commitment, Deal, Step
from institutions.isolation.levels import Level
from institutions.isolation.session import System, acting_as
from institutions.models import Approval, Grant, Staff
from tests.acts import letter, walled_network_deal
from tests.api import Answer, person_of, system_of
from tests.cast import PASSWORD, Cast

pytestmark = pytest.mark.usefixtures("second_factor_is_free")


@pytest.fixture
def deal(cast: Cast) -> Deal:
    return walled_network_deal(cast, "spruce")


def as_missing(found: Answer, missing: Answer) -> bool:
    return {**found.body, "request_id": ""} == {**missing.body, "request_id": ""} and found.status == 404


def test_it_is_not_told_who_is_on_the_team(cast: Cast, deal: Deal) -> None:
    told = letter(cast, Level.NETWORK, deal=deal)
    dami, mina = person_of("dami@hanok.example"), person_of("mina@hanok.example")
    for kind, row in (("deals", deal), ("commitments", told)):
        assert dami.get(f"{kind}/{row.pk}").status == 200
        assert as_missing(dami.get(f"{kind}/{row.pk}/audience"), dami.get(f"{kind}/{uuid4()}/audience"))
        seen = mina.get(f"{kind}/{row.pk}/audience").body["now"]
        assert {each["name"] for each in seen if each["kind"] == "person"} == {"Mina", "Joon"}
        page = dami.http.get(f"/admin/deals/{kind[:-1]}/{row.pk}/sharing/", secure=True)
        assert page.status_code == 404


def test_it_changes_nothing_of_the_deal(cast: Cast, deal: Deal) -> None:
    told = letter(cast, Level.NETWORK, deal=deal)
    dami = person_of("dami@hanok.example")

    def version(path: str) -> str:
        return str(dami.get(path).body["version"])

    of_deal, of_letter = f"deals/{deal.pk}", f"commitments/{told.pk}"
    answers = [
        dami.patch(of_deal, {"name": "Renamed from outside"}, version(of_deal)),
        dami.patch(of_letter, {"reference": "From outside"}, version(of_letter)),
        dami.patch(of_letter, {"level": "own"}, version(of_letter)),
        dami.post(f"{of_letter}/transitions", {"to": "withdrawn", "reason": "x"}, If_Match=f'"{version(of_letter)}"'),
        dami.post(f"{of_deal}/transitions", {"to": "suspended", "reason": "x"}, If_Match=f'"{version(of_deal)}"'),
        dami.post(f"{of_deal}/book-status", {}),
    ]
    assert [answer.status for answer in answers] == [404] * len(answers), [answer.raw for answer in answers]
    with acting_as(cast.dami):
        assert Deal.objects.filter(pk=deal.pk).update(name="Renamed from outside") == 0
        assert Commitment.objects.filter(pk=told.pk).update(reference="From outside") == 0
    with acting_as(cast.mina):
        deal.refresh_from_db()
        told.refresh_from_db()
        assert (deal.name, told.reference, told.stage) == ("Spruce", "", "letter_of_interest")
        assert Deal.objects.filter(pk=deal.pk).update(name="Spruce, renamed by the team") == 1


def test_who_comes_after_the_wall_hears_nothing_of_it(committed_cast: Cast) -> None:
    """Dami, and the system that was there, are told to purge what they saw; a new one never saw it."""
    cast = committed_cast
    with acting_as(System("test", cast.bank("hanok").pk)):
        new = Staff.objects.create_user(
            "nari@hanok.example", PASSWORD, institution=cast.bank("hanok"), role="officer", name="Nari"
        )
    for later in (person_of(new.email), system_of("hanok", "registry:read", responsible="dami@hanok.example")):
        told = later.get("events?limit=500").body["results"]
        assert told
        assert str(cast.deal.pk) not in {each["object"]["id"] for each in told}
        assert "object.concealed" not in {each["type"] for each in told}
    purged = person_of("dami@hanok.example").get("events?limit=500").body["results"]
    assert str(cast.deal.pk) in {each["object"]["id"] for each in purged if each["type"] == "object.concealed"}


def said(change: Callable[[], object]) -> str:
    """What the database answers; '' where it lets it pass."""
    try:
        with transaction.atomic():
            change()
    except DatabaseError as error:
        return str(error).splitlines()[0]
    return ""


def test_what_the_team_keeps_is_as_missing_to_whom_knows_its_id(cast: Cast) -> None:
    """It saw the letter before the wall, or was told its id: nothing answers whether it is there, or changes."""
    made, hanok = letter(cast, Level.OWN), cast.bank("hanok")
    with acting_as(cast.mina):
        step = Step.objects.filter(commitment=made).values_list("pk", flat=True)[0]

    def fingerprint(key: UUID) -> str:
        with connection.cursor() as cursor:
            cursor.execute("SELECT wall.fingerprint(%s)", [[key]])
            return str(cursor.fetchone())

    def approval(key: UUID) -> str:
        return said(
            lambda: Approval.objects.create(
                owner=hanok, table="deals_commitment", row_id=key, asks={}, summary="x", prepared_by=cast.dami
            )
        )

    def grant(key: UUID, by: str = "hanok") -> str:
        day = timezone.now() + timedelta(days=1)
        return said(
            lambda: Grant.objects.create(
                owner=cast.bank(by), row_id=key, institution=cast.bank("maple"), ends=day
            )
        )  # fmt: skip

    with acting_as(cast.dami):
        assert fingerprint(made.pk) == fingerprint(uuid4())
        assert approval(made.pk) == approval(uuid4()) != ""
        assert grant(step) == grant(made.pk) == grant(uuid4()) != ""
    with acting_as(cast.rolf):
        assert grant(step, "rhein") == grant(uuid4(), "rhein") != ""
    with acting_as(cast.mina):
        assert fingerprint(made.pk) != fingerprint(uuid4())
        assert grant(step) != grant(uuid4())


def test_another_institution_is_not_told_that_the_team_changed(committed_cast: Cast) -> None:
    """All who walled the deal off hand it over to others; of Hanok, Rhein is told what it was told before."""
    cast = committed_cast
    made = letter(cast, Level.INVITED, by="rolf", approver="rita")
    rolf, mina = person_of("rolf@rhein.example"), person_of("mina@hanok.example")
    before = rolf.get(f"commitments/{made.pk}/audience").body
    with acting_as(System("test", cast.bank("hanok").pk)):
        Staff.objects.create_user(
            "nari@hanok.example", PASSWORD, institution=cast.bank("hanok"), role="approver", name="Nari"
        )
    nari = person_of("nari@hanok.example")
    for who in Staff.objects.filter(name__in=["Nari", "Dami"]):
        assert mina.post(f"deals/{cast.deal.pk}/team/members", {"person": str(who.pk)}).status == 201
    for name in ("Mina", "Joon"):
        team = nari.get(f"deals/{cast.deal.pk}/team").body
        (place,) = (each["id"] for each in team["members"] if each["name"] == name)
        path = f"deals/{cast.deal.pk}/team/members/{place}/end"
        assert nari.post(path, If_Match=f'"{team["version"]}"').status == 200
    assert mina.get(f"deals/{cast.deal.pk}").status == 404
    assert rolf.get(f"commitments/{made.pk}/audience").body == before
