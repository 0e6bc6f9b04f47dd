"""An institution comes into the network, is suspended and goes: in the web admin, by mail, and as others see it."""

import re
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from institutions.checklists import ADMISSION, EXIT, REINSTATEMENT, SUSPENSION, VERIFIED, Line
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import Admission, Approval, Contact, Institution, Membership, MembershipChange, Staff
from network.account_mail import send_due
from tests.acts import letter
from tests.admission import confirmed, prepared
from tests.cast import Cast
from tests.web import Page, Web

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("second_factor_is_free")]
PDF = b"%PDF-1.7 We nominate Aurora Fund."
TODAY = date.today().isoformat()


def entered(cast: Cast, **other: Any) -> Page:
    """Dora enters the letter."""
    contacts = {
        f"{kind}_{part}": value
        for kind in ("technical", "legal", "duty")
        for part, value in {"name": f"{kind} desk", "email": f"{kind}@aurora.example", "phone": "+358 9 1"}.items()
    }
    form = {
        "network": str(cast.network.pk), "status": "member", "since": TODAY, "letter_on": TODAY,
        "letter": SimpleUploadedFile("letter.pdf", PDF), "letter_from": "Eeva Korhonen, Director General",
        "name": "Aurora Fund", "short_name": "Aurora", "kind": "public_investment_fund", "country": "fi",
        "admin_name": "Aino Laine", "admin_email": "aino@aurora.example", "admin_phone": "+358 9 1234",
    }  # fmt: skip
    return Web(cast.dora).post("admit", **form | contacts | other)


def marked(who: Staff, page: str, key: Any, lines: tuple[Line, ...]) -> Page:
    for line in lines:
        answer = Web(who).post(page, key, line=line.code, on=TODAY, note="by telephone")
        assert answer.status == 200, answer.seen
    return answer


def approved(cast: Cast, row: Admission | MembershipChange) -> Page:
    with acting_as(cast.dirk):
        approval = Approval.objects.get(row_id=row.pk)
    return Web(cast.dirk).post("approval", approval.pk, decision="confirmed", reason="")


def test_from_the_letter_to_the_first_log_in(cast: Cast) -> None:
    assert "waits for a second person" in entered(cast).seen
    with acting_as(cast.dora):
        row = Admission.objects.get()
        assert row.letter_digest == sha256(PDF).hexdigest()
        assert not Institution.objects.filter(name="Aurora Fund").exists()
    # The second person is told what nobody has checked, and nothing happens.
    answer = approved(cast, row)
    assert answer.status == 422
    assert "The letter is signed by who may sign" in answer.seen
    marked(cast.dora, "admission", row.pk, tuple(line for line in ADMISSION if line.first))
    assert "Admit Aurora to Minerals Network as member" in Web(cast.dirk).get("approvals").seen
    assert "Confirmed: Admit Aurora" in approved(cast, row).seen
    with acting_as(cast.marc):
        assert Membership.objects.get(institution=row.member).status == "member"
    # Nobody is let in before another person called.
    assert "Nobody has verified Aino Laine yet" in Web(cast.dora).post("admission_invite", row.pk).seen
    page = marked(cast.dirk, "admission", row.pk, tuple(line for line in ADMISSION if line.code == VERIFIED))
    assert "Done by Dirk" in page.seen
    assert "Invite the first admin" in page.seen
    assert "Aino Laine is invited" in Web(cast.dirk).post("admission_invite", row.pk).seen
    with acting_as(None):
        assert send_due() == 1
    assert mail.outbox[-1].to == ["aino@aurora.example"]
    [link] = re.findall(r"https?://[^/]+(/accounts/welcome/\S+)", str(mail.outbox[-1].body))
    http = Client()
    http.get(link, secure=True)
    assert http.post(link, {"password": "seven rivers under one bridge"}, secure=True).status_code == 302
    # From here on its own admin invites others, and keeps its contacts.
    aino = Web(Staff.objects.get(email="aino@aurora.example"))
    assert "technical@aurora.example" in aino.get("people").text
    assert aino.post("people", name="Oiva", email="oiva@aurora.example", role="officer", language="en").status == 200


def test_an_institution_that_stands_in_the_registry_is_admitted_as_it_is(cast: Cast) -> None:
    corner = cast.bank("corner")
    entered(cast, institution=str(corner.pk), name="", short_name="", kind="", country="")
    with acting_as(cast.dora):
        row = Admission.objects.get()
        assert (row.member, row.name) == (corner.pk, corner.name)
    marked(cast.dora, "admission", row.pk, tuple(line for line in ADMISSION if line.first))
    approved(cast, row)
    with acting_as(cast.cora):
        assert Membership.objects.get(institution=corner).status == "member"
    # It has people: its own admin invites others.
    marked(cast.dirk, "admission", row.pk, tuple(line for line in ADMISSION if line.code == VERIFIED))
    assert "has people here already" in Web(cast.dirk).post("admission_invite", row.pk).seen


@pytest.mark.parametrize(
    ("other", "says"),
    [
        ({"name": ""}, "Say it of an institution that is not in the registry yet."),
        ({"name": "Hanok"}, "stands in the registry"),
        ({"admin_email": "nobody"}, "Enter a valid email address."),
        ({"letter": ""}, "This field is required."),
        ({"letter_on": (date.today() + timedelta(days=3)).isoformat()}, "A letter comes before"),
        ({"country": "12"}, "two letters"),
        ({"lei": "529900T8BM49AURSDO56"}, "check digits"),
        ({"kind": "secretariat"}, "Select a valid choice"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(cast: Cast, other: dict[str, str], says: str) -> None:
    if other.get("name") == "Hanok":
        other = {"name": cast.bank("hanok").name}
    answer = entered(cast, **other)
    assert answer.status == 422
    assert says in answer.seen
    with acting_as(cast.dora):
        assert not Admission.objects.exists()


def test_the_pages_are_the_secretariats(cast: Cast) -> None:
    row = prepared(cast)
    for who in (cast.ada, cast.abe, cast.cora):
        for page, *args in (
            ("members",), ("admit",), ("change_membership",), ("admission", row.pk), ("admission_invite", row.pk),
        ):  # fmt: skip
            assert Web(who).get(page, *args).status == 404
        assert Web(who).post("admission_invite", row.pk).status == 404
    # An approver confirms, and prepares nothing.
    assert Web(cast.dirk).get("admit").status == 404
    assert "Admit an institution" not in Web(cast.dirk).get("members").seen
    assert "Admit an institution" in Web(cast.dora).get("members").seen


def changed(cast: Cast, kind: str, **other: Any) -> Page:
    with acting_as(cast.dora):
        standing = Membership.objects.get(institution=cast.bank("maple"), until=None)
    form = {"membership": str(standing.pk), "kind": kind, "on": TODAY, "reason": "Its licence is looked at"}
    return Web(cast.dora).post("change_membership", **form | other)


def done(cast: Cast, lines: tuple[Line, ...]) -> None:
    """The change that waits, with its list gone through, and confirmed."""
    with acting_as(cast.dora):
        row = MembershipChange.objects.get(state="prepared")
    if before := tuple(line for line in lines if line.first):
        answer = approved(cast, row)
        assert answer.status == 422, "nobody went through the list"
        marked(cast.dora, "membership_change", row.pk, before)
    assert "Confirmed:" in approved(cast, row).seen
    if after := tuple(line for line in lines if not line.first):
        marked(cast.dirk, "membership_change", row.pk, after)


def test_who_is_suspended_is_told_nothing_of_the_network_until_it_is_taken_up_again(cast: Cast) -> None:
    told = letter(cast, Level.NETWORK)

    def sees() -> bool:
        with acting_as(cast.marc):
            return type(told)._default_manager.filter(pk=told.pk).exists()

    assert sees()
    assert "Prepared." in changed(cast, "suspension").seen
    assert sees(), "one person alone suspends nobody"
    done(cast, SUSPENSION)
    assert not sees()
    assert "'suspended'" in changed(cast, "suspension").seen
    changed(cast, "reinstatement")
    done(cast, REINSTATEMENT)
    assert sees()
    changed(cast, "exit")
    done(cast, EXIT)
    assert not sees()
    with acting_as(cast.marc):
        standings = list(Membership.objects.filter(institution=cast.bank("maple")).values_list("status", flat=True))
    assert sorted(standings) == ["member", "member", "suspended", "withdrawn"]


def test_what_is_rejected_changes_nothing(cast: Cast) -> None:
    changed(cast, "exit")
    with acting_as(cast.dirk):
        row = MembershipChange.objects.get()
        approval = Approval.objects.get(row_id=row.pk)
    Web(cast.dirk).post("approval", approval.pk, decision="rejected", reason="Too soon")
    with acting_as(cast.marc):
        assert Membership.objects.get(institution=cast.bank("maple")).status == "member"
    assert "rejected" in Web(cast.dora).get("membership_change", row.pk).seen


def test_contacts_are_kept_by_the_institution_and_seen_by_the_secretariat(cast: Cast) -> None:
    with acting_as(None):
        hana = Staff.objects.create_user(
            "hana@hanok.example", None, institution=cast.bank("hanok"), role="institution_admin", name="Hana"
        )
    page = Web(hana)
    form = {"duty-name": "Night desk", "duty-email": "night@hanok.example", "duty-phone": "+82 2 1"}
    assert "the secretariat sees it" in page.post("contact", "duty", **form).seen
    # What is wrong is marked, and what was typed stands there.
    wrong = page.post("contact", "legal", **{"legal-name": "Noor of Legal", "legal-email": "noor at hanok"})
    assert wrong.status == 422
    assert "See what is marked below" in wrong.seen
    assert wrong.text.count('value="Noor of Legal"') == wrong.text.count('value="noor at hanok"') == 1
    assert wrong.text.count('value="Night desk"') == 1
    # Whoever is elsewhere is called, and mailed nothing.
    for domain, is_mailed in (("hanok", True), ("cloud", False)):
        desk = {"technical-name": "NOC", "technical-phone": "+82 2 3", "technical-email": f"noc@{domain}.example"}
        assert ("nothing is mailed" not in page.post("contact", "technical", **desk).seen) is is_mailed
    page.post("contact", "duty", **form | {"duty-phone": "+82 2 2"})
    with acting_as(cast.dora):
        assert [row.phone for row in Contact.objects.filter(owner=cast.bank("hanok"), kind="duty")] == ["+82 2 2"]
    where = ("institutions_institution_change", cast.bank("hanok").pk)
    assert "night@hanok.example" in Web(cast.dora).get(*where).seen
    assert "night@hanok.example" not in Web(cast.rolf).get(*where).seen
    assert Web(cast.mina).post("contact", "duty", **form).status == 404


def test_the_lists_ask_the_same_number_of_questions_however_many_there_are(cast: Cast) -> None:
    prepared(cast)
    one = Web(cast.dora).get("members").queries
    for name in ("Borealis", "Corona", "Delta"):
        prepared(cast, name=name, short_name=name)
    assert Web(cast.dora).get("members").queries == one
    row = confirmed(cast, prepared(cast, name="Echo", short_name="Echo"))
    assert Web(cast.dora).get("admission", row.pk).queries < 25
