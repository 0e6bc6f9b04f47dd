"""Files as tables: encodings, separators, headers in many languages, names, and rows that are none."""

from decimal import Decimal
from io import BytesIO

import pytest
import xlsxwriter

from network.spreadsheet.code_words import INSTRUMENTS, STAGES
from network.spreadsheet.countries import countries
from network.spreadsheet.headers import header_row, headings, suggested
from network.spreadsheet.lines import left_out
from network.spreadsheet.names import Choice, Names, of_words
from network.spreadsheet.opening import open_book
from network.spreadsheet.table import Cell, Sheet, Unreadable

pytestmark = pytest.mark.slow


def rows(raw: bytes) -> list[list[str]]:
    return [[cell.text for cell in row] for row in open_book(raw).sheets[0].rows]


def sheet(*lines: str) -> Sheet:
    return open_book("\n".join(lines).encode()).sheets[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp932"])
def test_japanese_is_read_in_whatever_encoding(encoding: str) -> None:
    text = "案件名,国,メモ\nプロジェクト,オーストラリア,レアアースの採掘\n"
    assert rows(text.encode(encoding)) == [line.split(",") for line in text.splitlines()]


def test_korean_and_western_encodings_are_told_apart() -> None:
    korean = "사업명,국가,비고\n리튬 정련소,호주,한국수출입은행 지원\n"
    assert rows(korean.encode("cp949"))[1][0] == "리튬 정련소"
    western = "Projekt;Land\nFörderung Süd;Österreich\nQuebrada Años;España\n"
    book = open_book(western.encode("cp1252"))
    assert book.sheets[0].rows[1][0].text == "Förderung Süd"
    assert book.notes == ("It is not UTF-8 and was read as Windows-1252. Check names with accents.",)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_whatever_separates_the_columns(separator: str) -> None:
    text = "\n".join(separator.join(line) for line in (("a", "b", "c"), ('"1,5; x"', "2", "3"), ("4", "5", "6")))
    assert rows(text.encode())[1] == ["1,5; x", "2", "3"]


def test_the_separator_that_excel_writes_is_taken() -> None:
    assert rows(b"sep=;\na;b\n1,5;2\n")[1:] == [["a", "b"], ["1,5", "2"]]


@pytest.mark.parametrize(
    "header",
    [
        "Deal,Lender,Instrument,Stage,Amount,Valid until",
        "Geschäft,Kreditgeber,Art,Stand,Betrag (Mio. EUR),Gültig bis",
        "Opération,Prêteur,Instrument,Statut,Montant,Échéance",
        "Operazione,Finanziatore,Strumento,Stato,Importo,Scadenza",
        "Operación,Prestamista,Instrumento,Estado,Monto USD,Vencimiento",
        "Rahoitus,Rahoittaja,Väline,Vaihe,Määrä,Voimassa",
        "取引,金融機関,手法,段階,金額（億円）,有効期限",
        "거래,금융기관,상품,단계,금액(억원),유효기간",
    ],
)  # fmt: skip
def test_columns_are_known_by_their_names(header: str) -> None:
    found = sheet(header, "a,b,c,d,e,f")
    held = suggested(headings(found, 0), "commitments")
    fields = "deal institution instrument stage amount valid_until"
    assert [held[column] for column in range(6)] == fields.split()


def test_a_header_is_found_below_titles() -> None:
    found = sheet("Pipeline 2026,,", ",,", "Stand: heute,,", "Deal,Instrument,Stage", "Wattle,Loan,EoI")
    assert header_row(found, "commitments") == 3


@pytest.mark.parametrize(
    "line",
    ["Total,,,120", "TOTAL USD,,,120", "Summe,,,120", "合計,,,120", "小計,,,120", "합계,,,120", "Sous-total,,,5",
     "* preliminary,,,", "Source: own,,,", "※ 参考値,,,", "Deal,Lender,Stage,Amount", "Letters below,,,"],
)  # fmt: skip
def test_a_row_that_is_none_is_left_out(line: str) -> None:
    found = sheet("Deal,Lender,Stage,Amount", line)
    assert left_out(found.rows[1], found.rows[0], [0, 1, 2, 3])


@pytest.mark.parametrize("line", ["Total Lithium,Rhein,EoI,5", "Summit,Rhein,EoI,5", "Wattle,,,5"])
def test_a_row_that_is_one_stays(line: str) -> None:
    found = sheet("Deal,Lender,Stage,Amount", line)
    assert left_out(found.rows[1], found.rows[0], [0, 1, 2, 3]) == ""


@pytest.mark.parametrize(
    "name",
    [
        "日本貿易保険",
        "日本貿易保険（NEXI）",
        "ＮＥＸＩ",
        "nexi",
        "Nippon Export and Investment Insurance",
        "NEXI (Japan)",
    ],
)
def test_a_name_is_known_in_any_script(name: str) -> None:
    known = Names(
        [Choice("1", "NEXI", ("Nippon Export and Investment Insurance", "日本貿易保険")), Choice("2", "JBIC", ())]
    )
    assert [each.key for each in known.find(name).choices] == ["1"]


def test_a_misspelt_name_is_only_suggested() -> None:
    known = Names([Choice("1", "Finnvera", ("Finnvera Oyj",)), Choice("2", "KfW", ())])
    assert known.find("FINNVERA OYJ").choices
    found = known.find("Finvera")
    assert (found.choices, [each.key for each in found.like]) == ((), ["1"])
    assert known.find("Something else") == known.find("Whatever")


@pytest.mark.parametrize("between", [" / ", ", ", " und ", " & ", "\n", "; "])
def test_several_names_in_a_cell_are_several(between: str) -> None:
    known = Names([Choice("1", "Finnvera", ()), Choice("2", "KfW", ()), Choice("3", "Export and Import", ())])
    assert known.split(f"Finnvera{between}KfW") == ["Finnvera", "KfW"]
    assert known.split("Export and Import") == ["Export and Import"]


@pytest.mark.parametrize(
    ("text", "code"),
    [("Australia", "AU"), ("AUS", "AU"), ("オーストラリア", "AU"), ("Allemagne", "DE"), ("독일", "DE"), ("Viro", "EE"),
     ("UK", "GB"), ("South Korea", "KR"), ("대한민국", "KR"), ("DRC", "CD"), ("Tyskland", "DE"), ("Brasilien", "BR")],
)  # fmt: skip
def test_a_country_is_known_by_any_of_its_names(text: str, code: str) -> None:
    assert [each.key for each in countries().find(text).choices] == [code]


@pytest.mark.parametrize("words", [INSTRUMENTS, STAGES])
def test_no_word_means_two_codes(words: dict[str, tuple[str, ...]]) -> None:
    names = of_words(words)
    twice = [word for each in words.values() for word in each if len(names.find(word).choices) != 1]
    assert twice == []


def test_a_workbook_that_unpacks_to_too_much_is_not_opened() -> None:
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        kept = book.add_worksheet()
        for row in range(1600):
            kept.write_row(row, 0, ["x"] * 200)
    assert len(file.getvalue()) < 2_000_000
    with pytest.raises(Unreadable, match="too large"):
        open_book(file.getvalue())


def test_numbers_of_a_workbook_stay_exact() -> None:
    file = BytesIO()
    with xlsxwriter.Workbook(file) as book:
        kept = book.add_worksheet()
        yen = book.add_format({"num_format": "[$¥-411]#,##0"})
        kept.write_row(0, 0, [0.1, 1234567.89])
        kept.write_number(0, 2, 30_000_000_000, yen)
    cells = open_book(file.getvalue()).sheets[0].rows[0]
    assert [cell.value for cell in cells] == [Decimal("0.1"), Decimal("1234567.89"), Decimal("30000000000")]
    assert cells[2].text == "JPY 30000000000"
    assert cells[0] == Cell(Decimal("0.1"), "0.1")


def test_workbooks_are_read_by_the_guarded_parser_whatever_else_is_there() -> None:
    from lxml import etree  # noqa: F401  # developers have it
    from openpyxl.xml import functions

    assert functions.fromstring.__module__ == "defusedxml.common"
