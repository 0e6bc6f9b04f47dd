"""What somebody types is a text wherever it comes out again: on a page, in JSON, XML, CSV, a mail, a query."""

import csv
import io
import json
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connection

from deals.models import Deal, Source
from institutions.isolation.session import System as Job
from institutions.isolation.session import acting_as
from institutions.models import Institution, Staff
from institutions.services.account_mail import invite_by_mail
from network.account_mail import send_due
from tests.acts import published
from tests.api import System, system_of
from tests.cast import PASSWORD, Cast
from tests.web import Web

pytestmark = pytest.mark.usefixtures("second_factor_is_free")
# Each would be something else than a text in some language that reads it.
HOSTILE = (
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "</textarea><svg/onload=alert(1)>",
    "{{ 7|add:7 }}{% debug %}", "${7*7}#{7*7}<%= 7*7 %>", "{0.__class__}{by.password}%(secret)s%s%n",
    "' OR '1'='1'; DROP TABLE deals_deal; --", "]]></name><!--", "&lt;b&gt; &amp;amp;", "a\\\"b\\u003c/script\\u003e",
    "javascript:alert(1)", "=HYPERLINK(\"http://evil.example\")", "x*)(uid=*))(|(uid=*", ".*[a-z]+(?<",
    "name%0d%0aX-Evil: 1",
    "\u202eevil\u2066", "$(id) `id` ; id | id && id",
)  # fmt: skip


def named(cast: Cast, text: str) -> System:
    """Austral's system, after it gave the deal that name."""
    system = system_of("austral", "registry:read deals:write")
    version = system.get(f"deals/{cast.deal.pk}").body["version"]
    answer = system.patch(f"deals/{cast.deal.pk}", {"name": text}, version)
    assert answer.status in (200, 202), answer.body
    return system


def keep(cast: Cast, text: str) -> None:
    """The deal has that name, whoever lets it: below the services, which refuse some of them."""
    with acting_as(cast.ada):
        Deal.objects.filter(pk=cast.deal.pk).update(name=text)


@pytest.mark.parametrize("text", HOSTILE)
def test_on_a_page_it_is_a_text(cast: Cast, text: str) -> None:
    keep(cast, text)
    web = Web(cast.ada)
    for address in ("/admin/deals/deal/", f"/admin/deals/deal/{cast.deal.pk}/change/", "/admin/pipeline/"):
        page = web.get(address)
        assert page.status == 200
        assert " ".join(text.split()) in page.seen, address
        for live in ("<script>alert", "<img src=x", "<svg/onload"):
            assert live not in page.text, address


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_sought_is_a_text_on_the_page_of_what_was_found(cast: Cast, text: str) -> None:
    page = Web(cast.ada).get("find", q=text)
    assert page.status == 200
    assert "<script>alert" not in page.text
    assert "onerror=" not in page.text.replace("onerror=alert(1)&gt;", "")


@pytest.mark.parametrize("text", HOSTILE)
def test_in_an_answer_it_comes_back_as_it_was_sent(cast: Cast, text: str) -> None:
    keep(cast, text)
    answer = system_of("austral").get(f"deals/{cast.deal.pk}")
    assert json.loads(answer.raw)["name"] == text
    assert answer.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("text", HOSTILE)
def test_in_a_file_of_a_list_it_is_one_cell(cast: Cast, text: str) -> None:
    keep(cast, text)
    http = system_of("austral")
    written = http.http.get("/api/v1/deals.csv", headers={"Authorization": f"Bearer {http.token}"}, secure=True)
    rows = list(csv.DictReader(io.StringIO(written.getvalue().decode("utf-8-sig"))))
    [row] = [row for row in rows if row["slug"] == "wattle"]
    # An apostrophe keeps a spreadsheet from running it.
    assert row["name"].replace("'", "") == text.replace("'", "")
    assert not row["name"].startswith(("=", "+", "-", "@"))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_refusal_quotes_it_as_a_text_and_opens_nothing_of_the_program(cast: Cast, text: str) -> None:
    system = system_of("austral", "registry:read deals:write")
    for answer in (
        system.get(f"deals?{'x' * 3}={'y'}&ordering=" + text.replace("&", "").replace("#", "").replace("%", "")),
        system.post("deals", {"slug": text, "network": text, "name": text, text: 1}),
        system.get("deals/" + text.replace("/", "").replace("?", "").replace("#", "").replace("%", "")),
    ):
        assert answer.status in (400, 404, 422), answer.raw
        assert answer.headers["Content-Type"] == "application/problem+json"
        for opened in ("<class", "pbkdf2", "Traceback", "uid=0(", "DROP TABLE deals_deal; -- does"):
            assert opened not in answer.raw.decode()


# In each place where a value of an address or a body reaches a query.
@pytest.mark.parametrize(
    "text", ["' OR 1=1 --", "1); SELECT pg_sleep(9); --", "x' UNION SELECT password FROM institutions_staff --"]
)
@pytest.mark.parametrize(
    "question",
    ["deals?status=", "deals?updated_after=", "deals?network=", "commitments?deal=", "deals?cursor=", "deals?ref=a:",
     "deals?fields=", "events?after=", "deals/by-ref/", "deals/", "fx-rates?quote=",
     "institutions?kind=", "deals?limit="],
)  # fmt: skip
def test_no_part_of_a_query_is_written_by_who_asks(cast: Cast, question: str, text: str) -> None:
    system = system_of("hanok")
    path = question + text + ("/x" if question.endswith("ref/") else "")
    answer = system.get(path.replace(" ", "%20"))
    assert answer.status in (200, 400, 404)
    if answer.status == 200:
        assert answer.body["results"] == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


@pytest.mark.parametrize(
    "text", ["Bcc: evil@evil.example", "a\r\nBcc: evil@evil.example", "a\nTo: x@evil.example\n\nbody"]
)
def test_a_name_begins_no_line_of_a_mail(cast: Cast, text: str) -> None:

    with acting_as(None):
        Staff.objects.filter(pk=cast.mina.pk).update(name=text[:120])
        invite_by_mail(Staff.objects.get(pk=cast.mina.pk))
        assert send_due() == 1
    [sent] = mail.outbox
    assert (sent.to, sent.cc, sent.bcc) == (["mina@hanok.example"], [], [])
    head = sent.message().as_bytes().split(b"\n\n")[0].decode().lower()
    assert not [line for line in head.splitlines() if line.startswith(("bcc:", "to: x@"))]


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "data:text/html,x", "//evil.example", "vbscript:x", "x"],
)
def test_no_address_that_is_kept_is_one_that_a_browser_would_run(cast: Cast, address: str) -> None:

    for kept in (Institution(website=address), Source(url=address)):
        with pytest.raises(ValidationError) as refused:
            kept.full_clean()
        assert {"website", "url"} & set(refused.value.message_dict)


@pytest.mark.parametrize(
    "where", ["//evil.example", "https://evil.example", "javascript:alert(1)", "/\\evil.example", "https:evil.example"]
)
def test_nobody_is_sent_to_another_host_by_an_address(cast: Cast, where: str) -> None:

    web = Web()
    form = {"login": "ada@austral.example", "password": PASSWORD, "next": where}
    assert web.http.post(f"/accounts/login/?next={where}", form, secure=True).headers["Location"] == "/admin/"
    assert "evil" not in web.http.get(f"/admin/login/?next={where}", secure=True).headers["Location"]
    assert (
        "evil" not in web.http.post(f"/accounts/logout/?next={where}", {"next": where}, secure=True).headers["Location"]
    )


def test_what_is_encoded_twice_is_decoded_once(cast: Cast) -> None:
    system = system_of("rhein")
    assert len(system.get("deals?status=in_market").body["results"]) == 1
    for twice in ("deals?status=in_%256darket", "deals?status=in_%26%23109%3Barket", "%2564eals"):
        answer = system.get(twice)
        assert answer.status in (200, 400, 404)
        if answer.status == 200:
            assert answer.body["results"] == []
    keep(cast, "&lt;b&gt;")
    assert system.get(f"deals/{cast.deal.pk}").body["name"] == "&lt;b&gt;"


@pytest.mark.parametrize(
    "question",
    ["limit=1&limit=500", "cursor=a&cursor=b", "ordering=told_at&ordering=-told_at", "count=true&count=false"],
)
def test_a_parameter_that_stands_there_twice_is_refused(cast: Cast, question: str) -> None:
    answer = system_of("hanok").get(f"deals?{question}")
    assert answer.status == 400
    assert "repeated" in answer.codes.values()


def test_a_parameter_of_the_address_is_none_of_the_body(cast: Cast) -> None:
    """Each is read where it belongs; a header or a cookie of the same name counts for neither."""
    system = system_of("austral", "registry:read deals:write")
    body = {"slug": "twig", "network": "msn", "status": "in_market"}
    answer = system.post("deals?name=Twig", body, Name="Twig")
    assert answer.status in (400, 422)


@pytest.mark.parametrize(
    "given",
    [1, True, None, ["Twig"], {"name": "Twig"}, 1.5],
)
def test_nothing_is_taken_for_a_text_that_is_none(cast: Cast, given: Any) -> None:
    system = system_of("austral", "registry:read deals:write")
    answer = system.post("deals", {"slug": "twig", "name": given, "network": str(cast.network.pk)})
    assert answer.status == 422
    assert "/name" in answer.codes


@pytest.mark.parametrize(
    "extra", ["id", "owner", "origin", "demo", "created_at", "audience", "level_to", "is_active", "version"]
)
def test_a_field_that_an_act_does_not_name_is_refused_and_changes_nothing(cast: Cast, extra: str) -> None:
    system = system_of("austral", "registry:read deals:write")
    before = system.get(f"deals/{cast.deal.pk}").body
    answer = system.patch(f"deals/{cast.deal.pk}", {"name": "Other", extra: "x"}, before["version"])
    assert answer.status == 422
    assert answer.codes[f"/{extra}"] == "unknown_field"
    assert system.get(f"deals/{cast.deal.pk}").body == before


def test_an_activity_file_is_whole_xml_whatever_a_name_holds(cast: Cast) -> None:

    made = published(cast, about="hanok")

    with acting_as(Job("test", cast.bank("desk").pk)):
        Deal.objects.filter(pk=made.deal_id).update(name="]]></title><evil/> &amp; <!--")
    system = system_of("hanok")
    answer = system.http.get(
        "/api/v1/iati/activities.xml", headers={"Authorization": f"Bearer {system.token}"}, secure=True
    )
    assert answer.status_code == 200, answer.status_code
    root = ElementTree.fromstring(answer.getvalue())  # what this server wrote
    assert root.find(".//evil") is None
    assert "]]></title><evil/> &amp; <!--" in ElementTree.tostring(root, encoding="unicode", method="text")
