"""The mail itself: its headers, its two forms, what it may carry, and what no typed name can do to it."""

import re
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from django.core.mail import EmailMessage
from django.core.management import call_command
from pytest_django import DjangoAssertNumQueries, Settings

from deals.models import Commitment, Deal, Instrument, Size
from deals.plain import plain
from deals.services.approving import confirm
from deals.services.commitments import register_commitment
from deals.services.deal_moves import move_deal
from deals.services.deals import ask_to_open
from deals.services.disclosure import set_level
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import Institution, Staff
from institutions.refusals import Forbidden
from network.digests import ledger
from network.digests.capture import EmlBackend
from network.digests.composing import MOST_BYTES, compose
from network.digests.scope import scope_of
from network.digests.selection import news_for
from network.models import Carries, Digest, DigestStatus, MailPolicy
from network.selectors.mail import captured_mail
from network.services.mail_policy import set_policy
from tests.acts import letter, widen
from tests.cast import Cast
from tests.network.digest_acts import OFFICERS, Sink, body, follows_deal, mail_carries, send_now

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("only_who_asks")]

NASTY = "Blue\r\nBcc: all@evil.example\r\n\r\n\u202egnp.exe\u2066 Gum"


def test_the_headers_say_that_a_machine_wrote_and_where_to_answer(committed_cast: Cast, sink: Sink) -> None:
    cast = committed_cast
    follows_deal(cast, "ada")
    letter(cast, Level.LEAD)
    send_now()
    mail = sink.to("ada")
    with acting_as(cast.ada):
        row = Digest.objects.get()
    assert mail["Message-ID"] == f"<digest.{row.pk.hex}@orebook.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Reply-To"] == "desk@orebook.example"
    assert mail["To"] == "ada@austral.example"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Subject"] == row.subject == "Orebook: news of Blue Gum"
    assert mail.get_content_type() == "multipart/alternative"


def test_the_page_and_the_text_say_the_same_and_load_nothing(committed_cast: Cast, sink: Sink) -> None:
    cast = committed_cast
    follows_deal(cast, "ada")
    mail_carries(cast, Carries.FULL, "ada")
    letter(cast, Level.LEAD)
    send_now()
    html, text = body(sink.to("ada"), "html"), body(sink.to("ada"), "plain")
    url = f"http://127.0.0.1:8000/admin/deals/deal/{cast.deal.pk}/change/"
    said = "Hanok disclosed a letter of interest: USD 150,000,000, valid until"
    assert said in html
    assert said in text
    assert re.search(rf'<li[^>]*><a class="line" href="{re.escape(url)}">Hanok disclosed', html)
    assert url in text
    assert not re.search(r"<img|<link|<script|url\(|src=|@import", html)
    assert "prefers-color-scheme: dark" in html


def test_links_only_until_the_readers_institution_lets_mail_carry_more(committed_cast: Cast, sink: Sink) -> None:
    cast = committed_cast
    follows_deal(cast, "ada", "rolf", "mina")
    mail_carries(cast, Carries.NAMES, "rolf")
    mail_carries(cast, Carries.FULL, "mina")
    letter(cast, Level.PARTIES)
    send_now()
    for kind in ("plain", "html"):
        link_only, names, full = (body(sink.to(who), kind) for who in ("ada", "rolf", "mina"))
        assert "Something changed." in link_only
        assert "Blue Gum" in link_only
        assert not re.search("Hanok|letter|150,000,000|Wattle|valid", link_only)
        assert "Hanok disclosed a letter of interest." in names
        assert not re.search("150,000,000|valid until|told to", names)
        assert "150,000,000" in full


def test_an_owner_may_cap_what_mail_carries_of_its_rows(committed_cast: Cast, sink: Sink) -> None:
    cast = committed_cast
    follows_deal(cast, "ada")
    mail_carries(cast, Carries.FULL, "ada")
    mail_carries(cast, Carries.FULL, "mina", cap=Carries.LINK_ONLY)
    letter(cast, Level.LEAD)
    letter(cast, Level.LEAD, by="rolf", approver="rita", money="66000000")
    send_now()
    assert "Rhein disclosed a letter of interest: USD 66,000,000" in sink.text("ada")
    assert "Something changed." in sink.text("ada")
    assert "Hanok" not in sink.text("ada")


def test_public_facts_are_told_in_full_whatever_the_policy(committed_cast: Cast, sink: Sink) -> None:
    cast = committed_cast
    with acting_as(cast.ada):
        approval = ask_to_open(by=cast.ada, deal=cast.deal, level=Level.PUBLIC)
    with acting_as(cast.abe):
        confirm(by=cast.abe, approval=approval)
    follows_deal(cast, "cora", "mina")
    made = letter(cast, Level.PARTIES, money="88000000")
    widen(cast, made, Level.PUBLIC)
    send_now()
    assert "Hanok disclosed a letter of interest: USD 88,000,000" in sink.text("cora")
    # Her own bank knows how it came to that; of its way there, mail says nothing yet.
    assert "88,000,000" not in sink.text("mina")


def test_what_was_public_and_is_not_any_more_is_no_public_fact(committed_cast: Cast, sink: Sink) -> None:
    cast = committed_cast
    with acting_as(cast.ada):
        approval = ask_to_open(by=cast.ada, deal=cast.deal, level=Level.PUBLIC)
    with acting_as(cast.abe):
        confirm(by=cast.abe, approval=approval)
    follows_deal(cast, "rolf")
    made = letter(cast, Level.PUBLIC, money="88000000")
    with acting_as(cast.mina):
        set_level(row=Commitment.objects.get(pk=made.pk), level=Level.PARTIES)
        set_level(row=Size.objects.get(commitment=made), level=Level.PARTIES)
    send_now()
    assert "Something changed." in sink.text("rolf")
    assert "88,000,000" not in sink.to("rolf").as_string()


def test_who_may_set_what_mail_carries(committed_cast: Cast) -> None:
    cast = committed_cast
    with acting_as(cast.abe), pytest.raises(Forbidden):
        set_policy(by=cast.abe, carries=Carries.FULL)
    Staff.objects.filter(pk=cast.abe.pk).update(role="institution_admin")
    cast.abe.refresh_from_db()
    with acting_as(cast.abe):
        set_policy(by=cast.abe, carries=Carries.NAMES)
        assert MailPolicy.objects.get().institution_id == cast.abe.institution_id
    with acting_as(cast.mina):
        assert MailPolicy.objects.update(carries=Carries.FULL) == 0


def test_no_typed_name_makes_a_header_a_line_or_turns_the_reading(committed_cast: Cast, sink: Sink) -> None:
    cast = committed_cast
    follows_deal(cast, "ada")
    mail_carries(cast, Carries.FULL, *OFFICERS)
    with acting_as(cast.ada):
        Deal.objects.filter(pk=cast.deal.pk).update(code_name=NASTY[:60])
    with acting_as(cast.dora):
        Institution.objects.filter(slug="hanok").update(short_name="Ha\nnok\u202e\r- Rhein signed")
    Staff.objects.filter(pk=cast.ada.pk).update(name="Ada\r\n\r\nBcc: x@evil.example")
    letter(cast, Level.LEAD)
    send_now()
    mail = sink.to("ada")
    assert mail["Bcc"] is None
    assert mail["Subject"].startswith("Orebook: news of Blue Bcc: all@evil.example")
    whole = mail["Subject"] + body(mail, "plain") + body(mail, "html")
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", whole)
    assert "Ha nok - Rhein signed disclosed a letter" in body(mail, "plain")
    assert not [line for line in body(mail, "plain").splitlines() if line.startswith(("Bcc", "- Rhein"))]


@pytest.mark.parametrize("address", ["ada@austral.example\nBcc: x@evil.example", "ada@a.example,x@evil.example", ""])
def test_an_address_that_is_not_one_address_gets_nothing(committed_cast: Cast, sink: Sink, address: str) -> None:
    cast = committed_cast
    follows_deal(cast, "ada")
    letter(cast, Level.LEAD)
    Staff.objects.filter(pk=cast.ada.pk).update(email=address)
    (outcome,) = send_now()
    assert (sink.mails, outcome.status, outcome.error) == ([], "parked", "NoAddress")


@pytest.mark.parametrize("typed", ["a" * 10_000, "語" * 10_000])
def test_a_long_name_stays_short(typed: str) -> None:
    assert len(plain(typed, 120)) == 120


def test_a_digest_of_very_much_stays_below_what_mail_programs_show(committed_cast: Cast, sink: Sink) -> None:
    cast = committed_cast
    follows_deal(cast, "mina")
    mail_carries(cast, Carries.FULL, "mina")
    with acting_as(cast.mina):
        for i in range(60):
            register_commitment(
                by=cast.mina, deal=cast.deal, instrument=Instrument.GRANT, stage="enquiry", account=f"{i}"
            )
    send_now()
    text = sink.text("mina")
    assert text.count("Hanok recorded an enquiry (grant)") == 25
    assert "and 35 more" in text
    assert len(sink.to("mina").as_bytes()) < MOST_BYTES


def test_reading_the_news_takes_as_many_queries_for_one_change_as_for_many(
    committed_cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    cast = committed_cast
    follows_deal(cast, "ada")
    mail_carries(cast, Carries.FULL, "ada")
    for count in (1, 12):
        for _ in range(count):
            letter(cast, Level.LEAD)
        (digest,) = ledger.make_now()
        lease = ledger.lease(digest)
        assert lease is not None
        with acting_as(cast.ada), django_assert_num_queries(16):
            assert compose(cast.ada, news_for(cast.ada, scope_of(lease.digest, lease.to)))
        ledger.mark(lease, DigestStatus.EMPTY)


def test_what_matters_most_comes_first(committed_cast: Cast, sink: Sink) -> None:
    cast = committed_cast
    follows_deal(cast, "mina")
    mail_carries(cast, Carries.FULL, "mina")
    with acting_as(cast.ada):
        move_deal(by=cast.ada, deal=cast.deal, to="allocating")
    made = letter(cast, Level.PARTIES)
    with acting_as(cast.mina):
        Commitment.objects.filter(pk=made.pk).update(reference="changed")
    send_now()
    lines = [line for line in sink.text("mina").splitlines() if line.startswith("- ")]
    assert lines[0].startswith("- Hanok recorded an enquiry")
    assert lines[-1] == "- The deal went from in market to allocating."


def test_captured_mail_is_a_whole_file_that_its_reader_finds_again(
    committed_cast: Cast, settings: Settings, tmp_path: Path
) -> None:
    cast = committed_cast
    settings.EMAIL_BACKEND = f"{EmlBackend.__module__}.EmlBackend"
    settings.EMAIL_CAPTURE_DIR = tmp_path
    follows_deal(cast, "ada", "mina")
    mail_carries(cast, Carries.FULL, *OFFICERS)
    letter(cast, Level.LEAD)
    send_now()
    (file,) = (tmp_path / "ada@austral.example").iterdir()
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert file.name == f"{mail['Message-ID'].strip('<>')}.eml"
    with acting_as(cast.ada):
        (sent,) = captured_mail(cast.ada)
        assert captured_mail(cast.mina) == []
    assert sent.subject == mail["Subject"] == "Orebook: news of Blue Gum"
    assert sent.text == body(mail, "plain")
    assert sent.html == body(mail, "html")
    assert "USD 150,000,000" in sent.html


def test_the_same_message_captured_twice_is_one_file_and_no_name_leaves_the_folder(
    settings: Settings, tmp_path: Path
) -> None:
    settings.EMAIL_CAPTURE_DIR = tmp_path / "mail"
    for _ in range(2):
        EmlBackend().send_messages(
            [EmailMessage("s", "b", "a@b.example", ["../../up@x.example"], headers={"Message-ID": "<../../1@x>"})]
        )
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert len(files) == 1
    assert files[0].parent.parent == tmp_path / "mail"


def test_send_digests_now_names_whom_it_sent_to_and_has_nothing_the_second_time(
    committed_cast: Cast, sink: Sink, capsys: pytest.CaptureFixture[str]
) -> None:
    cast = committed_cast
    follows_deal(cast, "ada", "rolf")
    letter(cast, Level.LEAD)
    call_command("send_digests", "--now")
    assert capsys.readouterr().out.splitlines() == [
        "sent to ada@austral.example",
        "1 sent, 1 with nothing to tell, 0 failed",
    ]
    call_command("send_digests", "--now")
    assert capsys.readouterr().out.splitlines() == ["0 sent, 2 with nothing to tell, 0 failed"]
    sink.refused = "550 no such mailbox"
    letter(cast, Level.LEAD)
    with pytest.raises(SystemExit) as ended:
        call_command("send_digests", "--now")
    assert ended.value.code == 1
    assert "parked: digest" in capsys.readouterr().err
