"""Files of IATI activities as proposals: read like a spreadsheet, asked about, and made once they are confirmed."""

from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.core.management import call_command

from deals.models import Commitment, Deal, Project
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from network.iati import codes
from network.spreadsheet import activity_files
from network.spreadsheet.code_words import INSTRUMENTS, STAGES
from network.spreadsheet.opening import open_book
from network.spreadsheet.table import MOST_BYTES, Unreadable
from tests.acts import letter
from tests.api import Answer, System, system_of
from tests.network.iati_files import read
from tests.network.test_export import table
from tests.network.test_import_api import SCOPES, answered, confirmed, upload
from tests.network.test_import_api import codes as codes_of
from tests.web import Web

ACTIVITY = """
<iati-activity default-currency="USD" xml:lang="en">
  <iati-identifier>XM-EXAMPLE-1</iati-identifier>
  <reporting-org ref="OREBOOK-rhein" type="15"><narrative>Rhein</narrative></reporting-org>
  <title><narrative xml:lang="de">Finanzierung Wattle</narrative><narrative>Wattle senior package</narrative></title>
  <description><narrative>A loan.</narrative></description>
  <participating-org role="1" ref="OREBOOK-rhein"><narrative>Rhein Förderbank</narrative></participating-org>
  <activity-status code="2"/>
  <activity-date type="2" iso-date="2026-01-05"/>
  <recipient-country code="AU"/>
  <location><name><narrative>Wattle mine</narrative></name>
    <point srsName="http://www.opengis.net/def/crs/EPSG/0/4326"><pos>-22.5 145.25</pos></point></location>
  <default-finance-type code="421"/>
  TRANSACTIONS
</iati-activity>"""


def transaction(kind: str, amount: str, more: str = "", on: str = "2026-01-05", currency: str = "") -> str:
    named = f' currency="{currency}"' if currency else ""
    return (
        f'<transaction ref="A-{kind}"><transaction-type code="{kind}"/><transaction-date iso-date="{on}"/>'
        f'<value{named} value-date="{on}">{amount}</value>{more}</transaction>'
    )


def file(*transactions: str, activities: int = 1, version: str = "2.03") -> bytes:
    body = ACTIVITY.replace("TRANSACTIONS", "".join(transactions)) * activities
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><iati-activities version="{version}">{body}</iati-activities>'.encode()
    )


def provider(ref: str, name: str) -> str:
    return f'<provider-org ref="{ref}"><narrative>{name}</narrative></provider-org>'


@pytest.fixture
def rhein(cast) -> System:
    return system_of("rhein", SCOPES)


def started(system: System, raw: bytes, kind: str = "commitments") -> Answer:
    found = upload(system, raw, kind, name="activities.xml")
    assert found.status == 201, found.raw
    return found


def rows(answer: Answer) -> list[dict[str, Any]]:
    return list(answer.body["preview"]["rows"])


def test_a_pledge_is_asked_about_then_made_once_it_is_confirmed(cast, rhein) -> None:
    told = started(rhein, file(transaction("12", "1234567.25", on="2026-02-03")))
    [row] = rows(told)
    assert row["state"] == "asks"
    assert row["reading"]["amount"] == "USD 1,234,567.25"
    assert row["reading"]["institution"] == "Rhein"
    [question] = told.body["preview"]["questions"]
    assert question["key"] == "name:stage:IATI 12 outgoing pledge"
    assert [choice["answer"] for choice in question["choices"]] == [
        "expression_of_interest", "letter_of_interest", "indicative_terms", "conditional_approval", "leave_out",
    ]  # fmt: skip
    assert confirmed(rhein, told).status == 422
    told = answered(rhein, told, answers={question["key"]: "expression_of_interest"})
    assert [each["state"] for each in rows(told)] == ["ready"]
    with acting_as(cast.rolf):
        assert not Commitment.objects.filter(owner=cast.bank("rhein")).exists()
    assert confirmed(rhein, told).status == 200
    with acting_as(cast.rolf):
        made = Commitment.objects.get(owner=cast.bank("rhein"))
    assert (made.stage, made.instrument, made.reference) == ("expression_of_interest", "senior_loan", "XM-EXAMPLE-1")
    assert (made.deal_id, made.level) == (cast.deal.pk, "own")
    assert (made.size.amount, made.size.currency) == (Decimal("1234567.25"), "USD")


def test_what_the_registry_writes_it_reads(cast, rhein) -> None:
    made = letter(cast, Level.PUBLIC, by="rolf", approver="rita", money="150000000.50")
    raw = rhein.get("iati/activities.xml").raw
    assert set(read(raw)) == {str(made.pk)}
    told = started(rhein, raw)
    [row] = rows(told)
    # Its deal is not public: the file names none.
    assert row["reading"]["amount"] == "USD 150,000,000.50"
    assert "unknown_name" in codes_of(row)
    assert {each["key"].partition(":")[0] for each in told.body["preview"]["questions"]} == {"name"}


def test_classes_and_currencies_stand_apart_and_reductions_lessen(cast, rhein) -> None:
    told = started(
        rhein,
        file(
            transaction("2", "90000000"),
            transaction("2", "-40000000.5", on="2026-03-01"),
            transaction("12", "7000000"),
            transaction("12", "3000000", currency="EUR"),
            transaction("10", "5000000", '<finance-type code="1100"/>'),
            transaction("2", "8000000", currency="JPY"),
            transaction("2", "-8000000", currency="JPY"),
            transaction("3", "20000000"),
        ),
    )
    read_ = [(row["state"], row["reading"].get("amount"), codes_of(row)) for row in rows(told)]
    assert read_ == [
        ("asks", "USD 49,999,999.50", ["several_names"]),
        ("left_out", None, ["no_row"]),
        ("asks", "EUR 3,000,000.00", ["several_names"]),
        ("asks", "USD 5,000,000.00", ["several_names", "several_names"]),
        ("left_out", None, ["no_row"]),
    ]
    assert rows(told)[0]["reading"]["signed_on"] == "2026-01-05"
    assert rows(told)[1]["remarks"][0]["says"].startswith("It is a pledge of what the same activity commits")
    assert any("1 disbursements" in note for note in told.body["preview"]["notes"])
    cover = next(each for each in told.body["preview"]["questions"] if each["key"].startswith("name:instrument"))
    assert [choice["answer"] for choice in cover["choices"]][:4] == list(codes.COVER)


def test_firm_money_is_refused_with_what_is_missing_and_can_be_completed(cast, rhein) -> None:
    told = started(rhein, file(transaction("2", "90000000")))
    [question] = told.body["preview"]["questions"]
    told = answered(rhein, told, answers={question["key"]: "signed"})
    [row] = rows(told)
    assert row["state"] == "wrong"
    assert any("Name the tranche" in remark["says"] for remark in row["remarks"])
    header, line = table(rhein.get(f"imports/{told.body['id']}/errors.csv").raw)
    line[header.index("tranche")] = cast.base.name
    told = upload(rhein, "\n".join(map(";".join, (header, line))).encode(), name="completed.csv")
    told = answered(rhein, told, answers={question["key"]: "signed", "scale:5": "1"})
    assert [each["state"] for each in rows(told)] == ["ready"], told.body["preview"]
    assert confirmed(rhein, told).status == 200
    with acting_as(cast.rolf):
        made = Commitment.objects.get(owner=cast.bank("rhein"))
    # Two persons sign: it waits for the second one.
    assert made.stage == "enquiry"


def test_others_money_is_theirs(cast, rhein) -> None:
    told = started(
        rhein,
        file(
            transaction("12", "1000000", provider("OREBOOK-hanok", "Hanok")),
            transaction("12", "2000000", provider("", "Rhein Förderbank")),
            transaction("12", "3000000", provider("", "Nobody's bank")),
        ),
    )
    assert [codes_of(row) for row in rows(told)] == [["of_another"], ["several_names"], ["unknown_name"]]


def test_the_same_file_tells_of_projects_and_deals(cast, rhein) -> None:
    raw = file(transaction("12", "1000000"), activities=2)
    told = started(rhein, raw, "projects")
    [row] = rows(told)
    said = {name: row["reading"][name] for name in ("name", "country", "latitude", "longitude")}
    assert said == {"name": "Wattle mine", "country": "Australia", "latitude": "-22.5", "longitude": "145.25"}
    assert confirmed(rhein, answered(rhein, told, answers={})).status == 200
    with acting_as(cast.rolf):
        assert Project.objects.get(name="Wattle mine").country == "AU"
    told = started(rhein, raw, "deals")
    [row] = rows(told)
    assert row["reading"]["name"] == "Wattle senior package"
    assert "Wattle mine" in row["reading"]["project"]
    assert confirmed(rhein, answered(rhein, told, answers={})).status == 200
    with acting_as(cast.rolf):
        assert Deal.objects.get(owner=cast.bank("rhein"), project__name="Wattle mine").slug == "wattle-senior-package"


def test_small_amounts_need_no_question_and_texts_are_wrong(cast, rhein) -> None:
    told = started(rhein, file(transaction("12", "950"), transaction("12", "a lot", currency="EUR")))
    assert rows(told)[0]["reading"]["amount"] == "USD 950.00"
    assert rows(told)[1]["state"] == "wrong"


def test_what_a_file_says_means_codes_that_there_are() -> None:
    assert {code for _, meant in codes.FINANCE_READ.values() for code in meant} <= set(INSTRUMENTS)
    assert {code for _, meant in codes.TYPES_READ.values() for code in meant} <= set(STAGES)
    assert set(codes.FINANCE_READ) == set(codes.FINANCE_TYPES.values())


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (
            file().replace(b"<iati-activities", BOMB.encode() + b"<iati-activities").replace(b"A loan.", b"&b;"),
            "unsafe_xml",
        ),
        (b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><iati-activities version="2.03"/>', "unsafe_xml"),
        (b'<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd"><iati-activities version="2.03"/>', "unsafe_xml"),
        (file().replace(b"A loan.", b"<a>" * 100_000 + b"</a>" * 100_000), "broken_xml"),
        (file()[:-30], "broken_xml"),
        (file().decode().encode("latin-1"), "broken_xml"),
        (file().replace(b"UTF-8", b"x-unknown"), "broken_xml"),
        (file().replace(b"UTF-8", b"shift_jis"), "broken_xml"),
        (b"<?xml version='1.0'?><html/>", "not_a_table"),
        (file(version="1.05"), "iati_version"),
        (b'<iati-activities version="2.03"/>', "file_empty"),
        (file() + b" " * MOST_BYTES, "too_large"),
    ],
)
def test_a_hostile_or_broken_file_is_refused_in_words(raw: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        open_book(raw)
    assert refused.value.code == code
    assert len(refused.value.says) > 30 or code == "file_empty"


def test_a_file_may_say_so_much_and_no_more() -> None:
    with pytest.raises(Unreadable, match="2000 activities at most"):
        open_book(file(activities=2_001))
    kinds = [transaction("12", "1", f'<finance-type code="{number}"/>') for number in range(2_001)]
    with pytest.raises(Unreadable, match="2000 things at most"):
        open_book(file(*kinds))


def test_a_refusal_is_told_over_rest(rhein) -> None:
    told = upload(rhein, BOMB.encode() + b'<iati-activities version="2.03"/>', name="activities.xml")
    assert (told.status, told.codes) == (422, {"/file": "unsafe_xml"})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_a_file_is_read_in_the_encoding_that_it_declares(encoding: str) -> None:
    text = file(transaction("12", "1000000")).decode().replace("UTF-8", encoding.removesuffix("-sig"))
    assert activity_files.is_xml(text.encode(encoding))
    *_, commitments = open_book(text.encode(encoding)).sheets
    cells = [cell.value for cell in commitments.rows[1]]
    assert cells[2] == "Rhein Förderbank (rhein)"
    assert cells[5] == Decimal(1_000_000)


def test_days_are_those_of_what_is_firm() -> None:
    raw = file(transaction("2", "5", on="2026-03-01"), transaction("2", "5", on="2026-02-01"))
    *_, commitments = open_book(raw).sheets
    assert commitments.rows[1][7].value == date(2026, 2, 1)


def test_the_command_line_looks_at_such_a_file_too(cast, tmp_path) -> None:
    path, out = tmp_path / "activities.xml", StringIO()
    path.write_bytes(file(transaction("12", "1000000")))
    answers = ["--answer", "name:stage:IATI 12 outgoing pledge=expression_of_interest"]
    call_command("import_file", "commitments", str(path), "--by", "rolf@rhein.example", *answers, stdout=out)
    assert "amount: USD 1,000,000.00" in out.getvalue()
    assert "1 ready" in out.getvalue()


@pytest.mark.usefixtures("second_factor_is_free")
def test_the_web_admin_looks_at_such_a_file_too(cast) -> None:
    web = Web(cast.rolf)
    raw = BytesIO(file(transaction("12", "1000000")))
    raw.name = "activities.xml"
    answer = web.http.post("/admin/imports/", {"kind": "commitments", "file": raw}, secure=True, follow=True)
    assert "Which stage is meant?" in answer.content.decode()
