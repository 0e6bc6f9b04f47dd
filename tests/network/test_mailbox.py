"""An institution's functional mailbox gets its warnings, whatever anybody chose, and lets nobody in."""

import pytest
from django.db import DatabaseError, transaction

from deals.models import Instrument
from deals.services.commitments import register_commitment
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import Staff
from institutions.refusals import Forbidden
from institutions.services.mailbox import AddressTaken, OfAnotherDomain, set_mailbox
from network.models import Cadence, Digest, Topic, TopicPreference
from tests.acts import letter
from tests.api import person_of
from tests.cast import Cast, in_a_year
from tests.network.digest_acts import Sink, follows_deal, send_now

pytestmark = pytest.mark.usefixtures("only_who_asks")

DESK = "approvals@rhein.example"


def admin_of(cast: Cast, who: str) -> Staff:
    Staff.objects.filter(pk=cast.people[who].pk).update(role="institution_admin")
    cast.people[who].refresh_from_db()
    return cast.people[who]


def mailbox(cast: Cast, email: str = DESK, who: str = "rita") -> Staff | None:
    by = admin_of(cast, who)
    with acting_as(by):
        return set_mailbox(by=by, email=email)


def waits(cast: Cast, who: str) -> None:
    with acting_as(cast.people[who]):
        register_commitment(
            by=cast.people[who], deal=cast.deal, instrument=Instrument.SENIOR_LOAN, stage="letter_of_interest",
            valid_until=in_a_year(), level=Level.LEAD,
        )  # fmt: skip


def test_it_is_told_what_waits_and_nothing_else(committed_cast: Cast, sink: Sink) -> None:
    cast = committed_cast
    mailbox(cast)
    letter(cast, Level.PARTIES)
    send_now()
    assert sink.mails == []
    waits(cast, "rolf")
    send_now()
    mail = sink.to("approvals")
    assert mail["To"] == DESK
    assert mail["Subject"] == "Orebook: something waits"
    # Its reader can't switch it off.
    assert mail["List-Unsubscribe"] is None
    assert "mail/stop" not in mail.as_string()


def test_it_sees_no_more_than_a_colleague_on_no_team(committed_cast: Cast, sink: Sink) -> None:
    cast = committed_cast
    Staff.objects.filter(pk=cast.dami.pk).update(role="institution_admin")
    cast.dami.refresh_from_db()
    with acting_as(cast.dami):
        set_mailbox(by=cast.dami, email="approvals@hanok.example")
    waits(cast, "mina")
    send_now()
    assert sink.mails == []


def test_nothing_switches_its_warnings_off(cast: Cast) -> None:
    made = mailbox(cast)
    assert made
    with acting_as(made), pytest.raises(DatabaseError, match="not switched off"), transaction.atomic():
        TopicPreference.objects.create(person=made, topic=Topic.WAITS, cadence=Cadence.NOTHING)


def test_nobody_logs_in_with_it_and_no_person_becomes_one(cast: Cast) -> None:
    made = mailbox(cast)
    assert made
    assert not made.has_usable_password()
    for change in ({"password": "md5$x$y"}, {"role": "approver"}):
        with acting_as(None), pytest.raises(DatabaseError, match="staff_mailbox"), transaction.atomic():
            Staff.objects.filter(pk=made.pk).update(**change)


def test_who_may_set_it_and_to_what(cast: Cast) -> None:
    with acting_as(cast.rolf), pytest.raises(Forbidden):
        set_mailbox(by=cast.rolf, email=DESK)
    rita = admin_of(cast, "rita")
    with acting_as(rita):
        # Whether there is such an account is not told.
        for elsewhere in ("ada@austral.example", "nobody@austral.example"):
            with pytest.raises(OfAnotherDomain):
                set_mailbox(by=rita, email=elsewhere)
        with pytest.raises(AddressTaken):
            set_mailbox(by=rita, email="rolf@rhein.example")
        first = set_mailbox(by=rita, email=DESK)
        second = set_mailbox(by=rita, email="desk@rhein.example")
        assert set_mailbox(by=rita, email="") is None
        again = set_mailbox(by=rita, email=DESK)
    assert [getattr(each, "email", None) for each in (first, second, again)] == [DESK, "desk@rhein.example", DESK]
    assert first == again


def test_the_admin_sets_it_on_the_page_and_others_have_no_such_page(cast: Cast) -> None:
    admin_of(cast, "rita")
    http = person_of("rita@rhein.example").http
    assert "Functional mailbox" in http.get("/admin/mail/", secure=True).content.decode()
    assert http.post("/admin/mail/mailbox/", {"mailbox": "x"}, secure=True).status_code == 422
    taken = http.post("/admin/mail/mailbox/", {"mailbox": "rolf@rhein.example"}, secure=True)
    assert "This address cannot be used" in taken.content.decode()
    assert http.post("/admin/mail/mailbox/", {"mailbox": DESK}, secure=True).status_code == 302
    assert DESK in http.get("/admin/mail/", secure=True).content.decode()
    assert person_of("rolf@rhein.example").http.get("/admin/mail/mailbox/", secure=True).status_code == 404


def test_what_it_was_sent_is_in_the_ledger(committed_cast: Cast, sink: Sink) -> None:
    cast = committed_cast
    made = mailbox(cast)
    follows_deal(cast, "rolf")
    waits(cast, "rolf")
    send_now()
    assert made
    with acting_as(made):
        assert [row.status for row in Digest.objects.all()] == ["done"]
