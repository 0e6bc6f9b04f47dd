"""Mail and its pages in each person's language."""

import re

import pytest
from django.db import DatabaseError, connection, transaction

from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.languages import Language
from network.digests.unsubscribing import address
from network.models import Carries, Mails
from network.services.preferences import prefer
from tests.acts import letter
from tests.api import person_of
from tests.cast import Cast
from tests.network.digest_acts import OFFICERS, Sink, body, follows_deal, mail_carries, send_now
from tests.network.test_mail_preferences import PAGE, form

# What each mail's reader finds in it: the title of what changed, and a letter of interest as a bank calls it there.
TITLES = {Language.FR: "Ce qui a changé", Language.JA: "変更", Language.KO: "변경"}
LETTERS = {Language.FR: "lettre d'intérêt", Language.JA: "関心表明書", Language.KO: "관심서한"}
pytestmark = pytest.mark.usefixtures("only_who_asks")

OTHERS = [Language.FR, Language.JA, Language.KO]


@pytest.mark.parametrize("language", OTHERS)
def test_a_mail_is_in_its_readers_language(committed_cast: Cast, sink: Sink, language: Language) -> None:
    cast = committed_cast
    follows_deal(cast, "ada", "abe")
    mail_carries(cast, Carries.FULL, *OFFICERS)
    with acting_as(cast.ada):
        prefer(by=cast.ada, language=language)
    letter(cast, Level.LEAD)
    send_now()
    for kind in ("plain", "html"):
        mail = body(sink.to("ada"), kind)
        assert TITLES[language].casefold() in mail.casefold()
        assert LETTERS[language] in mail.replace("’", "'").replace("&#x27;", "'")
        assert "What changed" not in mail
    assert f'lang="{language.value}"' in body(sink.to("ada"), "html")
    # The next reader's mail, made by the same worker, is in that reader's own.
    assert "a letter of interest" in sink.text("abe")


@pytest.mark.parametrize("language", OTHERS)
def test_the_pages_of_mail_are_in_it_and_say_so(cast: Cast, language: Language) -> None:
    http = person_of("ada@austral.example").http
    assert http.post(PAGE, form(language=language.value), secure=True).status_code == 302
    page = http.get(PAGE, secure=True)
    assert page.headers["Content-Language"] == language.value
    text = page.content.decode()
    assert f'<html lang="{language.value}"' in text
    for english in ("What mail tells me", "Each day", "What runs out", "Time zone", "Monday"):
        assert english not in text
    # So is every other page.
    approvals = http.get("/admin/approvals/", secure=True)
    assert approvals.headers["Content-Language"] == language.value
    assert f'<html lang="{language.value}"' in approvals.content.decode()


def test_who_stops_mails_reads_it_in_their_language(cast: Cast) -> None:
    http = person_of("ada@austral.example").http
    with acting_as(cast.ada):
        prefer(by=cast.ada, language=Language.FR)
    path = re.sub(r"^https?://[^/]+", "", address(cast.ada.pk, Mails.DIGEST))
    http.logout()
    page = http.get(path, secure=True)
    assert page.headers["Content-Language"] == "fr"
    assert "Stop these mails" not in page.content.decode()


def test_rest_keeps_a_language_and_refuses_another(cast: Cast) -> None:
    ada = person_of("ada@austral.example")
    read = ada.get("mail-preferences")
    assert read.body["language"] == "en"
    kept = ada.patch("mail-preferences", {"language": "ko"}, read.body["version"])
    assert (kept.status, kept.body["language"]) == (200, "ko")
    assert ada.patch("mail-preferences", {"language": "tlh"}, kept.body["version"]).status == 422
    # The API speaks English to all.
    assert "Ensure" in ada.patch("mail-preferences", {"hour": 99}, kept.body["version"]).body["detail"]


def test_the_database_knows_the_languages(cast: Cast) -> None:
    klingon = "UPDATE institutions_staff SET language = 'tlh' WHERE id = %s"
    with acting_as(None), pytest.raises(DatabaseError, match="staff_language_is_known"), transaction.atomic():
        connection.cursor().execute(klingon, [cast.ada.pk])
