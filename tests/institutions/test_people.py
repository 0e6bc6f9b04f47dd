"""People of an institution: invited by their admin, let in by a mail, given roles, let out."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.conf import LazySettings
from django.contrib.auth import SESSION_KEY
from django.core import mail
from django.test import Client

from institutions.isolation.session import acting_as
from institutions.models import AccountMail, Staff
from institutions.permissions import Role
from institutions.services import people
from institutions.services.people import NotOneself
from institutions.services.welcome import invited_by, token_for
from network.account_mail import send_due
from tests.cast import PASSWORD, Cast
from tests.web import Web

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("second_factor_is_free")]
GOOD = "seven rivers under one bridge"


@pytest.fixture
def admin(cast: Cast) -> Iterator[Staff]:
    """Hanok's."""
    with acting_as(None):
        yield Staff.objects.create_user(
            "hana@hanok.example", PASSWORD, institution=cast.bank("hanok"), role="institution_admin", name="Hana"
        )


def invited(admin: Staff, **more: str) -> tuple[Web, str]:
    """The admin's browser, and the way in that the mail holds."""
    web = Web(admin)
    form = {"name": "Min", "email": "min@hanok.example", "role": "officer", "language": "en"} | more
    answer = web.post("people", **form)
    assert answer.status == 200, answer.seen
    assert "lets them choose a password" in answer.seen
    with acting_as(None):
        assert send_due() == 1
    [link] = re.findall(r"https?://\S+/accounts/welcome/\S+", str(mail.outbox[-1].body))
    return web, link[link.index("/accounts") :]


def test_somebody_is_invited_chooses_a_password_and_logs_in(cast: Cast, admin: Staff, settings: LazySettings) -> None:
    _, link = invited(admin)
    assert mail.outbox[-1].to == ["min@hanok.example"]
    http = Client()
    assert b"min@hanok.example" in http.get(link, secure=True).content
    # A scanner of mail that opened it changed nothing.
    assert b"min@hanok.example" in Client().get(link, secure=True).content
    assert http.post(link, {"password": GOOD}, secure=True).status_code == 302
    # It works once.
    assert Client().get(link, secure=True).status_code == 404
    answer = http.post("/accounts/login/", {"login": "min@hanok.example", "password": GOOD}, secure=True)
    assert answer.status_code == 302
    settings.SECOND_FACTOR_FORCED = True
    assert http.get("/admin/", secure=True).headers["Location"] == "/accounts/2fa/totp/activate/"


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("short", "at least 12"),
        ("password1234", "too common"),
        ("min@hanok.example", "too similar"),
        ("Orebook Hanok!", "try first"),
        ("x" * 129, "longer than 128"),
    ],
)
def test_a_weak_password_is_refused_and_the_link_still_works(
    cast: Cast, admin: Staff, password: str, says: str
) -> None:
    _, link = invited(admin)
    answer = Client().post(link, {"password": password}, secure=True)
    assert says in answer.content.decode()
    assert Client().get(link, secure=True).status_code == 200
    # Its address is told to no other page; with `no-referrer` browsers send `Origin: null`, and the form is refused.
    assert answer.headers["Referrer-Policy"] == "strict-origin"


def test_a_link_ends_after_three_days_and_with_the_account(cast: Cast) -> None:
    with acting_as(None):
        late = token_for(cast.mina, at=datetime.now(UTC) - timedelta(days=3, seconds=1))
        assert invited_by(late) is None
        fresh = token_for(cast.mina)
        assert invited_by(fresh) == cast.mina
        Staff.objects.filter(pk=cast.mina.pk).update(is_active=False)
        assert invited_by(fresh) is None
        assert invited_by("x") is None


def test_only_an_admin_keeps_the_people_of_its_own_institution(cast: Cast, admin: Staff) -> None:
    for who in (cast.mina, cast.joon, cast.dora):
        assert Web(who).get("people").status == 404
    web = Web(admin)
    page = web.get("people").seen
    assert "mina@hanok.example" in page
    assert "rolf@rhein.example" not in page
    for act in ("role", "suspend", "let_in", "link", "factors", "sessions"):
        assert web.http.post(f"/admin/people/{cast.rolf.pk}/{act.replace('_', '-')}/", secure=True).status_code == 404
    with acting_as(None):
        assert Staff.objects.get(pk=cast.rolf.pk).is_active


def test_an_address_of_elsewhere_or_of_somebody_is_refused_without_saying_whose(cast: Cast, admin: Staff) -> None:
    web = Web(admin)
    for email, says in (
        ("rolf@rhein.example", "your own institution's domain"),
        ("mina@hanok.example", "cannot be used"),
    ):
        answer = web.post("people", name="X", email=email, role="officer", language="en")
        assert (answer.status, says in answer.seen) == (422, True)


def test_a_suspended_person_is_out_at_once_and_comes_in_again(cast: Cast, admin: Staff) -> None:
    theirs = Client()
    theirs.post("/accounts/login/", {"login": "mina@hanok.example", "password": PASSWORD}, secure=True)
    assert theirs.get("/admin/", secure=True).status_code == 200
    web = Web(admin)
    assert "Mina is out" in web.post("people_act", cast.mina.pk, "suspend").seen
    assert theirs.get("/admin/", secure=True).status_code == 302
    assert SESSION_KEY not in theirs.session
    assert "comes in again" in web.post("people_act", cast.mina.pk, "let-in").seen
    again = Client()
    again.post("/accounts/login/", {"login": "mina@hanok.example", "password": PASSWORD}, secure=True)
    assert again.get("/admin/", secure=True).status_code == 200


def test_who_lost_a_second_factor_sets_up_another_and_is_told(cast: Cast, admin: Staff) -> None:
    with acting_as(None):
        Authenticator.objects.create(user=cast.mina, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert "sets up another second factor" in Web(admin).post("people_act", cast.mina.pk, "factors").seen
    with acting_as(None):
        assert not Authenticator.objects.filter(user=cast.mina).exists()
        send_due()
    assert "took off your second factors" in str(mail.outbox[-1].body)
    assert mail.outbox[-1].to == ["mina@hanok.example"]


def test_nobody_gives_themselves_a_role(cast: Cast, admin: Staff) -> None:
    with acting_as(admin), pytest.raises(NotOneself):
        people.give_role(by=admin, person=admin, role=Role.APPROVER)
    assert "Ask another admin" in Web(admin).post("people_role", admin.pk, role="approver").seen


def test_a_role_counts_from_the_next_question_on(cast: Cast, admin: Staff) -> None:
    web = Web(cast.mina)
    Web(admin).post("people_role", cast.mina.pk, role="viewer")
    with acting_as(None):
        assert Staff.objects.get(pk=cast.mina.pk).role == "viewer"
    answer = web.post("deals_deal_register", name="X")
    assert answer.status in (403, 404)


def test_a_changed_password_is_told_to_its_person_and_ends_other_sessions(cast: Cast) -> None:
    here, there = Client(), Client()
    for http in (here, there):
        http.post("/accounts/login/", {"login": "ada@austral.example", "password": PASSWORD}, secure=True)
    form = {"oldpassword": PASSWORD, "password1": GOOD, "password2": GOOD}
    answer = here.post("/accounts/password/change/", form, secure=True)
    assert answer.status_code == 302, answer.content.decode()
    assert there.get("/admin/", secure=True).status_code == 302
    with acting_as(None):
        assert AccountMail.objects.get().what == "password"
        send_due()
    assert "Your password was changed" in str(mail.outbox[-1].body)
