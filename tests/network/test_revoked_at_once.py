"""Whoever may see nothing more sees nothing more: from the next question on, on every surface that showed it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from deals.models import Commitment, Party, Size
from deals.services.disclosure import ask_to_grant, set_level
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import Client, Grant, Staff
from network.digests import ledger
from network.digests.delivering import deliver
from network.models import Carries
from tests.acts import confirm_waiting, letter
from tests.api import System, system_of
from tests.cast import Cast
from tests.network.digest_acts import OFFICERS, Sink, everyone_follows, mail_carries
from tests.web import Web

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("second_factor_is_free")]

# Hanok's, and as each surface writes it.
AMOUNT = re.compile(r"33,?000,?000")


def party_leaves(cast: Cast) -> None:
    with acting_as(cast.ada):
        Party.objects.filter(institution=cast.bank("rhein")).update(left_on=date.today())


def nda_ends(cast: Cast) -> None:
    with acting_as(cast.ada):
        Party.objects.filter(institution=cast.bank("rhein")).update(nda_expires_on=date.today())


def grant_ends(cast: Cast) -> None:
    with acting_as(cast.mina):
        Grant.objects.update(ends=timezone.now())


def person_is_suspended(cast: Cast) -> None:
    Staff.objects.filter(pk=cast.rolf.pk).update(is_active=False)


def person_moves(cast: Cast) -> None:
    Staff.objects.filter(pk=cast.rolf.pk).update(institution=cast.bank("fjord"))


def client_is_revoked(cast: Cast) -> None:
    Client.objects.filter(institution=cast.bank("rhein")).update(is_active=False)


def level_is_narrowed(cast: Cast) -> None:
    with acting_as(cast.mina):
        set_level(row=Commitment.objects.get(owner=cast.bank("hanok")), level=Level.LEAD)


def size_is_narrowed(cast: Cast) -> None:
    with acting_as(cast.mina):
        set_level(row=Size.objects.get(owner=cast.bank("hanok")), level=Level.LEAD)


def wall_is_put_up(cast: Cast) -> None:
    with acting_as(cast.rita), connection.cursor() as cursor:
        cursor.execute("SELECT wall.wall_off(%s, %s)", [cast.deal.pk, [cast.rita.pk]])


@dataclass(frozen=True)
class Case:
    """How sight ends, for whom, and which surfaces stay as they were since it concerns the others alone."""

    ends: Callable[[Cast], None]
    who: str = "rolf"
    stays: frozenset[str] = frozenset()


OF_A_PERSON = frozenset({"page", "desk", "picture", "mail"})
CASES = (
    Case(party_leaves),
    Case(nda_ends),
    Case(grant_ends, who="marc"),
    # Its systems answer for themselves, but not while the person who answers for them is suspended or gone.
    Case(person_is_suspended),
    Case(person_moves),
    Case(client_is_revoked, stays=OF_A_PERSON),
    Case(level_is_narrowed),
    Case(size_is_narrowed),
    Case(wall_is_put_up),
)


class Surfaces:
    """Everything that shows a letter of Hanok's to `who`, opened once before."""

    def __init__(self, cast: Cast, who: str, told: Commitment) -> None:
        person = cast.people[who]
        self.person, self.told, self.deal = person, told, cast.deal
        self.web = Web(person)
        self.system: System = system_of(person.institution.slug, responsible=person.email)
        read = self.system.get(f"commitments/{told.pk}")
        self.version = read.headers["ETag"]
        self.next = self.system.get("commitments?limit=1").body["next"]

    def all(self) -> dict[str, str]:
        """What each shows now; a page that leads to the log-in shows nothing."""
        get, key = self.system.get, self.told.pk
        read_again = get(f"commitments/{key}", If_None_Match=self.version)
        assert read_again.status != 304 or self.system.get(f"commitments/{key}").status == 200
        return {
            "page": self.web.get(f"/admin/deals/commitment/{key}/change/").text,
            "desk": self.web.get("/admin/deals/commitment/").text,
            "picture": self.web.get(f"/admin/deals/deal/{self.deal.pk}/change/").text,
            "read": get(f"commitments/{key}").raw.decode(),
            "read again": "" if read_again.status != 304 else "33000000",
            "list": get("commitments").raw.decode(),
            "next page": get(self.next).raw.decode() if self.next else "",
            "fields": get("commitments?fields=size").raw.decode(),
            "feed": get("events").raw.decode(),
            "stack": get(f"deals/{self.deal.pk}/stack").raw.decode(),
        }


def showing(told: dict[str, str]) -> set[str]:
    return {surface for surface, text in told.items() if AMOUNT.search(text)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.ends.__name__)
def test_nothing_is_shown_from_the_next_question_on(committed_cast: Cast, sink: Sink, case: Case) -> None:
    cast = committed_cast
    everyone_follows(cast)
    mail_carries(cast, Carries.FULL, *OFFICERS)
    if case.who == "marc":
        told = letter(cast, Level.OWN, money="33000000")
        with acting_as(cast.mina):
            rows, a_day = [told, Size.objects.get(commitment=told)], timezone.now() + timedelta(days=1)
            ask_to_grant(by=cast.mina, rows=rows, to=cast.bank("maple"), until=a_day, deal_id=cast.deal.pk)
        confirm_waiting(cast, told)
    else:
        # One of the reader's own before it, so that lists go on and pages stay open.
        letter(cast, Level.PARTIES, by="rolf", approver="rita", money="10000000")
        told = letter(cast, Level.PARTIES, money="33000000")
    surfaces = Surfaces(cast, case.who, told)
    before = showing(surfaces.all())
    assert before >= {"page", "read", "read again", "list", "fields", "feed"}, before
    made = ledger.make_now()
    case.ends(cast)
    after = showing(surfaces.all())
    assert after == before & case.stays
    for digest in made:
        deliver(digest)
    mails = [mail.as_string() for recipients, mail in sink.mails if recipients[0].startswith(f"{case.who}@")]
    assert any(AMOUNT.search(text) for text in mails) is ("mail" in case.stays)


def test_what_a_post_made_is_not_told_again_in_its_replay(committed_cast: Cast) -> None:
    """A key that is repeated answers from the object as it is seen now, not from an answer that was kept."""
    cast = committed_cast
    system = system_of("rhein", "registry:read deals:write", responsible="rolf@rhein.example")
    body = {"deal": str(cast.deal.pk), "text": "Is the offtake binding?"}
    first = system.post("questions", body, Idempotency_Key="one")
    assert first.status == 201, first.raw
    again = system.post("questions", body, Idempotency_Key="one")
    assert (again.status, again.body["id"]) == (201, first.body["id"])
    party_leaves(cast)
    # Its own question it still has.
    left = system.post("questions", body, Idempotency_Key="one")
    assert left.body | {"pending_approval": None} == system.get(f"questions/{first.body['id']}").body | {
        "pending_approval": None
    }
    client_is_revoked(cast)
    assert system.post("questions", body, Idempotency_Key="one").status == 401
