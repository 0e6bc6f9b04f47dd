"""A messy spreadsheet over REST: what it says, what is asked, and what is made of it."""

import csv
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from deals.models import Commitment, Deal, JointAmount, Mineral, Project, Size
from deals.services.deals import register_deal
from institutions.isolation.session import System as Job
from institutions.isolation.session import acting_as
from institutions.models import Approval, Client, Institution
from network.models import Import, ImportFile
from tests.api import Answer, System, person_of, system_of
from tests.network.messy import ROW, messy

pytestmark = pytest.mark.slow

BOUNDARY = "wattle"
SCOPES = "registry:read commitments:write deals:write projects:write"


def upload(
    system: System, raw: bytes, kind: str = "commitments", name: str = "Pipeline.xlsx", **headers: str
) -> Answer:
    parts = [f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="kind"\r\n\r\n{kind}\r\n'.encode(),
             f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode(), raw,
             f"\r\n--{BOUNDARY}--\r\n".encode()]  # fmt: skip
    return system.post("imports", b"".join(parts), Content_Type=f"multipart/form-data; boundary={BOUNDARY}", **headers)


def answered(system: System, told: Answer, **body: Any) -> Answer:
    return system.patch(f"imports/{told.body['id']}", body, told.body["version"])


def confirmed(system: System, told: Answer, **headers: str) -> Answer:
    return system.post(f"imports/{told.body['id']}/confirm", {}, If_Match=f'"{told.body["version"]}"', **headers)


def by_row(told: Answer) -> dict[str, dict[str, Any]]:
    rows = {row["row"]: row for row in told.body["preview"]["rows"]}
    return {name: rows[number] for name, number in ROW.items()}


def codes(row: dict[str, Any]) -> list[str]:
    return [remark["code"] for remark in row["remarks"]]


@pytest.fixture
def rhein(cast) -> System:
    with acting_as(Job("test", cast.bank("desk").pk)):
        Institution.objects.create(
            slug="nexi", name="Nippon Export and Investment Insurance", native_name="日本貿易保険", short_name="NEXI",
            country="JP", kind="export_credit_agency",
        )  # fmt: skip
    with acting_as(cast.marc):
        register_deal(by=cast.marc, network=cast.network, slug="zirkelite", name="Zirkelite package")
    return system_of("rhein", SCOPES)


@pytest.fixture
def told(rhein) -> Answer:
    started = upload(rhein, messy())
    assert started.status == 201, started.raw
    assert started.body["preview"]["rows"] == []
    return answered(rhein, started, answers={"sheet": "Pipeline"})


def all_answers(told: Answer) -> dict[str, str]:
    """As somebody who knows the file answers it."""
    given = {}
    for question in told.body["preview"]["questions"]:
        key, offered = question["key"], [choice["answer"] for choice in question["choices"]]
        if key.startswith("currency"):
            given[key] = "USD" if "USD" in offered else "JPY"
        elif key.startswith("order"):
            given[key] = "dmy"
        elif key.startswith("day"):
            given[key] = "last"
        elif key.startswith("several"):
            given[key] = "together"
        elif key.startswith("again"):
            given[key] = "leave_out"
        else:
            given[key] = offered[0]
    return given


WRONG = ("lost formula", "declined", "range", "no day")


def settled(system: System, told: Answer) -> Answer:
    """Answered until nothing is open; what is wrong is left out."""
    for _ in range(4):
        preview = told.body["preview"]
        wrong = [row["row"] for row in preview["rows"] if row["state"] == "wrong"]
        if not preview["questions"] and not wrong:
            break
        told = answered(system, told, answers=all_answers(told), leave_out=wrong)
        assert told.status == 200, told.raw
    return told


def test_several_sheets_are_asked_about(rhein) -> None:
    started = upload(rhein, messy())
    (question,) = started.body["preview"]["questions"]
    assert [choice["answer"] for choice in question["choices"]] == ["Pipeline", "Alt", "Intern"]
    assert "hidden in the file" in question["choices"][2]["says"]


def test_the_header_is_found_and_its_columns_are_understood(told) -> None:
    preview = told.body["preview"]
    assert preview["header_row"] == 5
    held = {column["header"]: column["holds"] for column in preview["columns"]}
    assert held == {
        "Nr.": "", "Projekt": "project", "Geschäft": "deal", "Kreditgeber": "institution", "Instrument": "instrument",
        "Status": "stage", "Betrag": "amount", "Gültig bis": "valid_until", "Aktenzeichen": "reference",
        "Bemerkung": "note",
    }  # fmt: skip


def test_what_is_written_plainly_is_read(told) -> None:
    rows = by_row(told)
    assert rows["plain"]["state"] == "ready"
    reading = rows["plain"]["reading"]
    assert (reading["amount"], reading["valid_until"]) == ("USD 120,000,000.00", "2027-12-31")
    assert (reading["stage"], reading["instrument"]) == ("letter of interest", "senior loan")
    assert rows["plain"]["notes"] == ["amount: a comment of the file is not taken over: laut Vorstand"]
    assert rows["spaces"]["reading"]["amount"] == "EUR 1,250,000.00"
    assert rows["spaces"]["notes"] == ["The row is hidden in the file."]
    assert rows["day"]["reading"]["valid_until"] == "2027-06-30"
    assert rows["day"]["reading"]["note"] == "=not a formula"
    assert rows["formula"]["reading"]["amount"] == "USD 6,000,000.00"
    assert rows["formula"]["notes"] == ["amount: the result of a formula, as it was when the file was saved."]


def test_what_can_be_meant_in_two_ways_is_asked(told) -> None:
    rows = by_row(told)
    asked = {name: codes(rows[name]) for name in ("dollar", "yen", "slash", "quarter", "kanji", "several", "again")}
    assert asked == {
        "dollar": ["currency"], "yen": ["currency"], "slash": ["date_order"], "quarter": ["date_precision"],
        "kanji": ["date_precision"], "several": ["several_financiers"], "again": ["duplicate"],
    }  # fmt: skip
    assert rows["kanji"]["reading"]["amount"] == "JPY 30,000,000,000"
    assert "USD" in rows["dollar"]["remarks"][0]["suggestions"]


def test_a_misspelt_name_is_a_suggestion_alone(told) -> None:
    row = by_row(told)["misspelt"]
    assert row["state"] == "asks"
    assert codes(row) == ["unknown_name"]
    assert row["remarks"][0]["suggestions"] == ["Rhein"]


def test_what_cannot_be_read_is_said_with_what_to_do(told) -> None:
    rows = by_row(told)
    assert {name: codes(rows[name]) for name in WRONG} == {
        "lost formula": ["formula_without_result"], "declined": ["ended"], "range": ["several_amounts"],
        "no day": ["not_a_date"],
    }  # fmt: skip
    assert all(rows[name]["state"] == "wrong" for name in WRONG)
    assert rows["range"]["remarks"][0] == {
        "column": "G", "value": "USD 5-10m", "code": "several_amounts",
        "says": "It holds more than one number. Keep one amount in a cell.", "suggestions": [], "question": None,
    }  # fmt: skip


def test_rows_that_are_none_of_ones_own_are_left_out_with_the_reason(told) -> None:
    rows = {row["row"]: row for row in told.body["preview"]["rows"]}
    other = rows[ROW["other"]]
    assert other["state"] == "left_out"
    assert other["remarks"][0]["says"] == "It is of NEXI: an institution registers its own commitments."
    after = [rows[number] for number in sorted(rows) if number > max(ROW.values())]
    assert [row["remarks"][0]["says"] for row in after] == [
        "It is a total: the rows above say what it sums.",
        "It is a comment.",
    ]


def test_a_hidden_deal_reads_as_one_that_is_not_there(told) -> None:
    rows = by_row(told)
    hidden, missing = rows["hidden deal"], rows["no deal"]
    assert hidden["state"] == missing["state"] == "asks"
    said = [str(row["remarks"]).replace("Zirkelite", "Nowhere") for row in (hidden, missing)]
    assert said[0] == said[1]
    assert "Zirkelite" not in str(told.body["preview"]["questions"]).replace("'Zirkelite package'", "").replace(
        "name:deal:Zirkelite package", ""
    )


def test_nothing_is_made_while_something_is_open(cast, rhein, told) -> None:
    refused = confirmed(rhein, told)
    assert refused.status == 422
    assert {"/answers/currency:6:$", f"/rows/{ROW['range']}/0"} <= set(refused.codes)
    with acting_as(cast.rolf):
        assert not Commitment.objects.filter(owner=cast.bank("rhein")).exists()


def test_answered_it_is_made_as_a_whole(cast, rhein, told) -> None:
    ready = settled(rhein, told)
    counts = ready.body["preview"]["counts"]
    assert (counts["asks"], counts["wrong"]) == (0, 0)
    done = confirmed(rhein, ready)
    assert (done.status, done.body["state"], done.body["preview"]) == (200, "done", None), done.raw
    with acting_as(cast.rolf):
        made = {row.reference: row for row in Commitment.objects.filter(owner=cast.bank("rhein"))}
        sizes = {size.commitment.reference: size for size in Size.objects.filter(owner=cast.bank("rhein"))}
        assert set(made) == {f"R-{n}" for n in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 14, 16)}
        assert (sizes["R-3"].amount, sizes["R-3"].currency, sizes["R-3"].qualifier) == (
            Decimal(5_000_000),
            "USD",
            "up_to",
        )
        assert (sizes["R-4"].currency, sizes["R-4"].amount) == ("JPY", Decimal(30_000_000_000))
        assert str(made["R-6"].valid_until) == "2027-04-03"
        assert (str(made["R-7"].valid_until), str(made["R-5"].valid_until)) == ("2027-12-31", "2027-12-31")
        # One figure for several banks is nobody's own.
        assert "R-8" not in sizes
        assert made["R-8"].note == "200000000.00 USD together with Sakura"
        # One over two rows counts once, and is not split.
        joint = JointAmount.objects.get(owner=cast.bank("rhein"))
        assert (joint.amount, joint.currency) == (Decimal(90_000_000), "EUR")
        assert {sizes[name].joint_id for name in ("R-9", "R-10")} == {joint.pk}
        assert {sizes[name].amount for name in ("R-9", "R-10")} == {None}
        # Four eyes: a letter stands as an enquiry until an approver confirms it.
        assert {made[name].stage for name in ("R-1", "R-6", "R-7", "R-16")} == {"enquiry"}
        assert Approval.objects.filter(decision="", row_id=made["R-1"].pk).count() == 1
        assert {row.level for row in made.values()} == {"own"}
    rows = rhein.get(f"imports/{done.body['id']}/rows").body["results"]
    assert [row["type"] for row in rows].count("commitment") == len(made) == done.body["made"] - 1
    assert [row["type"] for row in rows].count("joint_amount") == 1


def test_the_rules_of_the_registry_are_told_before_it_is_confirmed(rhein) -> None:
    raw = b"deal,instrument,stage,amount,signed on\nWattle senior package,Loan,signed,USD 5m,2026-05-01\n"
    started = upload(rhein, raw, name="a.csv")
    assert started.body["preview"]["counts"]["ready"] == 1
    (row,) = answered(rhein, started, answers={}).body["preview"]["rows"]
    assert (row["state"], set(codes(row))) == ("wrong", {"refused"})
    assert [remark["says"] for remark in row["remarks"]] == [
        "Name the tranche (tranche).",
        "Give the agreement's reference and date (agreement_reference, signed_on).",
    ]


def test_what_is_firm_is_prepared_and_waits_for_an_approver(cast, rhein) -> None:
    raw = (
        b"deal,tranche,instrument,stage,amount,signed on,agreement\n"
        b"Wattle senior package,Base senior,Loan,signed,USD 5m,2026-05-01,A-7\n"
    )
    assert confirmed(rhein, upload(rhein, raw, name="a.csv")).status == 200
    with acting_as(cast.rolf):
        made = Commitment.objects.get(owner=cast.bank("rhein"))
        assert (made.stage, made.level) == ("enquiry", "lead")
        assert Approval.objects.get(row_id=made.pk).asks["stage"] == "signed"


def test_it_is_made_once(cast, rhein, told) -> None:
    ready = settled(rhein, told)
    first, again = (confirmed(rhein, ready, Idempotency_Key="x") for _ in range(2))
    assert (first.status, again.status) == (200, 200)
    assert confirmed(rhein, ready).status == 412
    same = upload(rhein, messy())
    assert (same.status, same.body["type"]) == (409, "urn:orebook:problem:already_imported")
    with acting_as(cast.rolf):
        assert Commitment.objects.filter(owner=cast.bank("rhein")).count() == 13


def test_the_same_file_before_it_is_done_is_the_same_import(rhein) -> None:
    assert upload(rhein, messy()).body["id"] == upload(rhein, messy()).body["id"]


def test_the_rows_in_error_are_a_file_to_be_corrected(rhein, told) -> None:
    file = rhein.get(f"imports/{told.body['id']}/errors.csv")
    header, *rows = csv.reader(StringIO(file.raw.decode("utf-8-sig"), newline=""))
    assert header[-2:] == ["row", "what to do"]
    found = {int(row[-2]): row for row in rows}
    assert found[ROW["range"]][6] == "USD 5-10m"
    assert found[ROW["range"]][-1] == "It holds more than one number. Keep one amount in a cell."
    assert ROW["plain"] not in found


def test_a_correction_of_the_columns_is_remembered(rhein) -> None:
    raw = b"Vorhaben;Wer;Womit;Wie weit;Wieviel\nWattle senior package;Rhein;Loan;EoI;USD 5m\n"
    started = upload(rhein, raw, name="a.csv")
    mapping = {"A": "deal", "B": "institution", "C": "instrument", "D": "stage", "E": "amount"}
    ready = answered(rhein, started, mapping=mapping)
    assert ready.body["preview"]["counts"] == {"ready": 1, "asks": 0, "wrong": 0, "left_out": 0}
    assert confirmed(rhein, ready).status == 200
    again = upload(rhein, raw.replace(b"5m", b"6m"), name="b.csv")
    assert again.body["preview"]["counts"]["ready"] == 1
    assert {column["column"]: column["holds"] for column in again.body["preview"]["columns"]} == mapping
    # Of one's own institution alone.
    other = upload(system_of("sakura", SCOPES), raw, name="a.csv")
    assert {column["holds"] for column in other.body["preview"]["columns"]} != set(mapping.values())


def test_a_mapping_of_what_there_is_not_is_refused(rhein) -> None:
    started = upload(rhein, b"deal,instrument\nWattle,Loan\n", name="a.csv")
    for mapping in ({"A": "nonsense"}, {"Z": "deal"}, {"A": "deal", "B": "deal"}):
        assert answered(rhein, started, mapping=mapping).status == 422


def test_amounts_in_no_unit_and_no_currency_are_asked_once(rhein) -> None:
    raw = b"deal,instrument,stage,amount\nWattle,Loan,EoI,120\nWattle,Guarantee,EoI,80\n"
    started = upload(rhein, raw, name="a.csv")
    assert [question["key"] for question in started.body["preview"]["questions"]] == ["scale:3", "currency:3"]
    ready = answered(rhein, started, answers={"scale:3": "1000000", "currency:3": "AUD"})
    assert [row["reading"]["amount"] for row in ready.body["preview"]["rows"]] == [
        "AUD 120,000,000.00", "AUD 80,000,000.00"
    ]  # fmt: skip


def test_projects_and_deals_are_imported_too(cast, rhein) -> None:
    with acting_as(Job("test", cast.bank("desk").pk)):
        Mineral.objects.create(slug="lithium", name="Lithium", symbol="Li")
        Mineral.objects.create(slug="rare-earths", name="Rare earth elements (light and heavy)", symbol="La-Lu;Y")
    lines = (
        "案件名,国,鉱種,緯度,経度",
        "Keliber,フィンランド,リチウム,63.7,24.0",
        "Nolans,Australie,Nd; Li,-22.5,133.2",
    )
    done = confirmed(rhein, upload(rhein, "\n".join(lines).encode(), "projects", "p.csv"))
    assert done.status == 200, done.raw
    with acting_as(cast.rolf):
        made = {row.name: row for row in Project.objects.filter(owner=cast.bank("rhein"))}
        assert {name: row.country for name, row in made.items()} == {"Keliber": "FI", "Nolans": "AU"}
        assert made["Nolans"].minerals.count() == 2
    raw = b"Deal,Project,Target (EUR m)\nKeliber senior,Keliber,500\n"
    done = confirmed(rhein, upload(rhein, raw, "deals", "d.csv"))
    assert done.status == 200, done.raw
    with acting_as(cast.rolf):
        deal = Deal.objects.get(name="Keliber senior")
        assert (deal.target_amount, deal.target_currency) == (Decimal(500_000_000), "EUR")
        assert str(deal.project) == "Keliber"


def test_who_may_not_register_such_rows_imports_none(cast, rhein) -> None:
    for scopes in ("registry:read", "registry:read deals:write", "registry:read commitments:approve"):
        assert upload(system_of("rhein", scopes), messy()).status == 403
    assert upload(System(), messy()).status == 401


def test_what_is_in_a_file_is_for_whoever_uploaded_it(cast) -> None:
    mina, dami = person_of("mina@hanok.example"), person_of("dami@hanok.example")
    raw = b"deal,instrument,stage,amount\nWattle senior package,Loan,EoI,USD 5m\n"
    mine = upload(mina, raw, name="a.csv")
    key = mine.body["id"]
    assert mine.body["preview"]["counts"]["ready"] == 1
    # A colleague outside the deal's team knows of the file, and of nothing in it.
    assert dami.get(f"imports/{key}").status == 200
    for address in ("preview", "errors.csv"):
        assert dami.get(f"imports/{key}/{address}").status == 404
    assert dami.patch(f"imports/{key}", {"leave_out": [2]}, mine.body["version"]).status == 404
    assert confirmed(mina, mine).status == 200
    assert dami.get(f"imports/{key}").body["made"] == 0
    assert dami.get(f"imports/{key}/rows").body["results"] == []
    assert len(mina.get(f"imports/{key}/rows").body["results"]) == 1
    with acting_as(cast.dami):
        assert not ImportFile.objects.exists()
    theirs = upload(dami, raw.replace(b"5m", b"6m"), name="a.csv")
    assert codes(theirs.body["preview"]["rows"][0]) == ["unknown_name"]
    # And another bank knows of nothing.
    assert system_of("rhein").get(f"imports/{key}").body == Anything(system_of("rhein"))


class Anything:
    """What is answered about an import that never was."""

    def __init__(self, system: System) -> None:
        self.said = system.get("imports/00000000-0000-4000-8000-000000000000").body

    def __eq__(self, other: object) -> bool:
        assert isinstance(other, dict)
        return {**other, "request_id": ""} == {**self.said, "request_id": ""}


def test_what_is_in_a_file_is_not_kept_when_it_is_done(cast, rhein) -> None:
    raw = b"deal,instrument,stage,amount\nWattle senior package,Loan,EoI,USD 5m\n"
    assert confirmed(rhein, upload(rhein, raw, name="a.csv")).status == 200
    with acting_as(Client.objects.get(institution=cast.bank("rhein"))):
        assert Import.objects.get().state == "done"
        kept = ImportFile.objects.get()
        assert (bytes(kept.content), kept.answers, kept.name) == (b"", {}, "")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM institutions_event WHERE after::text LIKE '%%USD 5m%%'")
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize(
    ("raw", "code"),
    [(b"", "file_empty"), (b"\xd0\xcf\x11\xe0", "old_format"), (b"%PDF-1.7", "not_a_table"),
     (b"PK\x03\x04broken", "not_a_table"), (b"a,b\n" + b"1,2\n" * 100_100, "too_many_rows"),
     (b"\0\0\0", "not_a_table")],
)  # fmt: skip
def test_what_is_no_table_is_refused_at_once(rhein, raw: bytes, code: str) -> None:
    refused = upload(rhein, raw, name="a.csv")
    assert (refused.status, refused.codes) == (413 if code == "too_many_rows" else 422, {"/file": code})


def test_a_file_that_is_too_large_is_not_read(rhein) -> None:
    assert upload(rhein, b"a,b\n" + b"1,2" * 7_000_000, name="a.csv").status == 413
    told = upload(rhein, b"a,b\n" + b"1,2\n" * 3_000, kind="projects", name="a.csv")
    assert (told.status, told.codes) == (413, {"/file": "too_many_rows"})


def test_a_preview_asks_as_often_however_many_rows_there_are(rhein) -> None:
    def asked(rows: int) -> int:
        lines = "".join(f"Wattle senior package,Loan,EoI,USD {n + 1}m\n" for n in range(rows))
        started = upload(rhein, f"deal,instrument,stage,amount\n{lines}".encode(), name=f"{rows}.csv")
        with CaptureQueriesContext(connection) as queries:
            assert rhein.get(f"imports/{started.body['id']}/preview").status == 200
        return len(queries)

    assert asked(2) == asked(40)


def test_two_who_answer_at_once_do_not_overwrite_each_other(rhein, told) -> None:
    assert answered(rhein, told, leave_out=[ROW["range"]]).status == 200
    assert answered(rhein, told, leave_out=[ROW["no day"]]).status == 412


def test_what_was_exported_is_read_again_as_it_was(cast, rhein) -> None:
    names = ("=1+1", "'=1", "@x", "Wattle two")
    with acting_as(cast.rolf):
        for number, name in enumerate(names):
            register_deal(by=cast.rolf, network=cast.network, slug=f"d{number}", name=name)
    for kind in ("csv", "xlsx"):
        exported = rhein.get(f"deals.{kind}?registrar=rhein").raw
        told = upload(rhein, exported, "deals", f"deals.{kind}")
        rows = told.body["preview"]["rows"]
        assert sorted(row["reading"]["name"] for row in rows) == sorted(names), kind
        assert {tuple(codes(row)) for row in rows} == {("duplicate",)}
