"""What a person wants mail to tell: on the page, over REST, by the link in a mail, and as a preview."""

import re
from html.parser import HTMLParser

import pytest
from django.test import Client as Http

from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from network.digests.unsubscribing import address
from network.management.commands.build_mail import BUILT, compiled
from network.models import Cadence, Carries, Digest, Mails, Topic
from network.services.preferences import prefer, preferences_of
from tests.acts import letter
from tests.api import person_of, system_of
from tests.cast import Cast
from tests.network.digest_acts import Sink, body, follows_deal, mail_carries, send_now

PAGE = "/admin/mail/preferences/"
API = "mail-preferences"


class Frames(HTMLParser):
    """What a browser would show in a page's frames."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []

    @classmethod
    def of(cls, page: str) -> list[str]:
        reader = cls()
        reader.feed(page)
        return reader.shown

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "iframe":
            self.shown.append(dict(attributes)["srcdoc"] or "")


def wishes(cast: Cast, who: str) -> dict[Topic, Cadence]:
    with acting_as(cast.people[who]):
        return dict(preferences_of(cast.people[who]).cadences)


def form(**changed: str) -> dict[str, str]:
    usual = {f"topic_{topic.value}": "daily" for topic in Topic}
    return usual | {"hour": "7", "weekday": "1", "time_zone": "UTC", "language": "en"} | changed


def test_the_page_keeps_a_choice_for_each_topic_and_the_time(cast: Cast) -> None:
    http = person_of("ada@austral.example").http
    assert http.get(PAGE, secure=True).status_code == 200
    sent = http.post(PAGE, form(topic_deals="at_once", hour="18", weekday="5", time_zone="Asia/Kathmandu"), secure=True)
    assert sent.status_code == 302
    with acting_as(cast.ada):
        cast.ada.refresh_from_db()
        now = preferences_of(cast.ada)
    assert (now.hour, now.weekday, now.time_zone) == (18, 5, "Asia/Kathmandu")
    assert now.cadences[Topic.DEALS] is Cadence.AT_ONCE
    assert wishes(cast, "abe")[Topic.DEALS] is Cadence.DAILY


@pytest.mark.parametrize("wrong", [{"hour": "24"}, {"weekday": "0"}, {"time_zone": "Mars/Base"}, {"topic_deals": "x"}])
def test_the_page_keeps_nothing_of_what_is_wrong(cast: Cast, wrong: dict[str, str]) -> None:
    http = person_of("ada@austral.example").http
    assert http.post(PAGE, form(topic_waits="nothing") | wrong, secure=True).status_code == 422
    assert wishes(cast, "ada")[Topic.WAITS] is Cadence.DAILY


def test_the_same_over_rest_with_the_version_that_was_read(cast: Cast) -> None:
    ada = person_of("ada@austral.example")
    read = ada.get(API)
    assert read.body["cadences"]["waits"] == "daily"
    changed = ada.patch(API, {"cadences": {"waits": "weekly"}, "hour": 9}, read.body["version"])
    assert (changed.status, changed.body["cadences"]["waits"], changed.body["hour"]) == (200, "weekly", 9)
    assert ada.patch(API, {"hour": 10}, read.body["version"]).status == 412
    wrong = ada.patch(API, {"time_zone": "Mars/Base"}, changed.body["version"])
    assert (wrong.status, wrong.codes) == (422, {"/time_zone": "no_such_time_zone"})
    assert ada.patch(API, {"cadences": {"gossip": "daily"}}, changed.body["version"]).status == 422


def test_a_system_gets_no_mail(cast: Cast) -> None:
    refused = system_of("rhein").get(API)
    assert (refused.status, refused.body["type"]) == (403, "urn:orebook:problem:persons_only")


def test_the_link_in_a_mail_stops_that_list_and_opening_it_stops_nothing(
    committed_cast: Cast, sink: Sink, only_who_asks: None
) -> None:
    cast = committed_cast
    follows_deal(cast, "ada", "abe")
    with acting_as(cast.ada):
        prefer(by=cast.ada, cadences={Topic.WAITS: Cadence.AT_ONCE})
    letter(cast, Level.LEAD)
    send_now()
    mail = sink.to("ada")
    link = mail["List-Unsubscribe"].strip(" <>")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link in body(mail, "plain")
    assert link in body(mail, "html")
    anybody = Http(enforce_csrf_checks=True)
    path = link.removeprefix("http://127.0.0.1:8000")
    for _ in range(2):
        assert "Stop these mails?" in anybody.get(path, secure=True).content.decode()
    assert wishes(cast, "ada")[Topic.DEALS] is Cadence.DAILY
    for _ in range(2):
        assert anybody.post(path, {"List-Unsubscribe": "One-Click"}, secure=True).status_code == 200
    assert wishes(cast, "ada")[Topic.DEALS] is Cadence.NOTHING
    # The other list, and everybody else, are as they were.
    assert wishes(cast, "ada")[Topic.WAITS] is Cadence.AT_ONCE
    assert wishes(cast, "abe")[Topic.DEALS] is Cadence.DAILY


@pytest.mark.parametrize("change", [lambda t: t[:-1], lambda t: "x" + t, lambda t: t.replace(":", ":x", 1)])
def test_a_link_that_nobody_signed_stops_nothing(cast: Cast, client, change) -> None:
    token = address(cast.ada.pk, Mails.DIGEST).rstrip("/").rsplit("/", 1)[1]
    assert client.post(f"/mail/stop/{change(token)}/", secure=True).status_code == 404
    assert wishes(cast, "ada")[Topic.DEALS] is Cadence.DAILY
    assert client.post(f"/mail/stop/{token}/", secure=True).status_code == 200
    assert wishes(cast, "ada")[Topic.DEALS] is Cadence.NOTHING


def test_the_preview_says_what_would_be_sent_and_counts_as_nothing(committed_cast: Cast) -> None:
    cast = committed_cast

    def shown(who: str) -> str:
        return str(person_of(who).http.get("/admin/mail/preview/", secure=True).content.decode())

    assert "Nothing to say at this moment" in shown("ada@austral.example")
    follows_deal(cast, "ada")
    mail_carries(cast, Carries.NAMES, "ada")
    letter(cast, Level.LEAD)
    for _ in range(2):
        # The mail is a page of its own in a frame: all of it stands in one attribute.
        (mail,) = Frames.of(shown("ada@austral.example"))
        assert "Hanok disclosed a letter of interest." in mail
        assert mail.startswith("<!doctype html>")
        assert mail.rstrip().endswith("</html>")
    with acting_as(cast.ada):
        assert not Digest.objects.exists()
    assert "Nothing to say at this moment" in shown("rolf@rhein.example")


def test_the_page_that_is_sent_is_what_its_layout_makes_and_names_no_outside_host() -> None:
    assert BUILT.read_text() == compiled(), "run: make mail"
    hosts = set(re.findall(r"https?://[^\"'<>) ]+", BUILT.read_text()))
    # The name of a vocabulary, which nothing fetches.
    assert hosts == {"http://www.w3.org/1999/xhtml"}
