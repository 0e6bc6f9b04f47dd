"""One page of paper about the network, as a PDF: pure, what it says comes in as texts.

Fonts are those that every reader of PDFs brings (Helvetica, and Adobe's for Japanese and Korean): none is embedded.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from reportlab.graphics.shapes import Drawing, Rect
from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.platypus import KeepInFrame, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

FIRM, CONDITIONAL, INDICATIVE = HexColor("#0b5563"), HexColor("#4f9bab"), HexColor("#a9d0d8")
CLASSES: tuple[Color, ...] = (FIRM, CONDITIONAL, INDICATIVE)
INK, SOFT, RULE = HexColor("#18181b"), HexColor("#5b5b66"), HexColor("#d4d4d8")
_ASIAN = {"ja": "HeiseiKakuGo-W5", "ko": "HYGothic-Medium"}
# The frame of a page keeps six points free on each side.
_WIDTH = A4[0] - 32 * mm - 12


@dataclass(frozen=True)
class Bar:
    """A line of the chart: firm, conditional and indicative, each in whole percent of the largest, with their texts."""

    name: str
    widths: tuple[int, int, int]
    amounts: tuple[str, str, str]


@dataclass(frozen=True)
class Briefing:
    """What the page says, in one language.

    `figures`: name, value, and what is unknown of it; `charts`: a title with its bars; `changes`: rows of `heads`, one
    text for each, with the largest producer's share before and after in percent.
    """

    language: str
    title: str
    subtitle: str
    figures: Sequence[tuple[str, str, str]]
    classes: tuple[str, str, str]
    charts: Sequence[tuple[str, Sequence[Bar]]]
    changes_title: str
    heads: Sequence[str]
    changes: Sequence[tuple[Sequence[str], int, int]]
    none_yet: str
    notes: Sequence[str]


def drawn(page: Briefing) -> bytes:
    """The PDF: always one page, shrunk where it says much."""
    font, bold = _fonts(page.language)
    body = ParagraphStyle("body", fontName=font, fontSize=8.5, leading=11, textColor=INK)
    small = ParagraphStyle("small", parent=body, fontSize=7, leading=9, textColor=SOFT)
    head = ParagraphStyle("head", parent=body, fontName=bold, fontSize=11, leading=15, spaceBefore=8, spaceAfter=3)
    title = ParagraphStyle("title", parent=head, fontSize=18, leading=23, spaceBefore=0)
    story: list[Any] = [
        _said(page.title, title),
        _said(page.subtitle, small),
        Spacer(1, 4 * mm),
        _figures(page, body, small, ParagraphStyle("figure", parent=body, fontName=bold, fontSize=15, leading=19)),
        Spacer(1, 2 * mm),
        _legend(page, small),
        *(part for name, bars in page.charts for part in (_said(name, head), _bars(page, bars, body, small))),
        _said(page.changes_title, head),
        _changes(page, small, bold) if page.changes else _said(page.none_yet, body),
        Spacer(1, 4 * mm),
        *(_said(note, small) for note in page.notes),
    ]
    file = BytesIO()
    paper = SimpleDocTemplate(
        file, pagesize=A4, title=page.title, author="Orebook", lang=page.language,
        # What says the same is the same, to the byte.
        invariant=1,
        leftMargin=16 * mm, rightMargin=16 * mm, topMargin=14 * mm, bottomMargin=12 * mm,
    )  # fmt: skip
    paper.build([KeepInFrame(_WIDTH, paper.height - 16, story, mode="shrink")])
    return file.getvalue()


def _fonts(language: str) -> tuple[str, str]:
    name = _ASIAN.get(language)
    if name is None:
        return "Helvetica", "Helvetica-Bold"
    registerFont(UnicodeCIDFont(name))
    return name, name


def _said(text: str, style: ParagraphStyle) -> Paragraph:
    """What was typed somewhere is text, and no markup of the paper."""
    return Paragraph(text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"), style)


def _figures(page: Briefing, body: ParagraphStyle, small: ParagraphStyle, figure: ParagraphStyle) -> Table:
    styles = ((1, figure), (0, body), (2, small))
    cells = [[_said(each[place], style) for each in page.figures] for place, style in styles]
    return Table(cells, colWidths=[_WIDTH / len(page.figures)] * len(page.figures), style=_plain())


def _legend(page: Briefing, small: ParagraphStyle) -> Table:
    cells = [
        part for color, name in zip(CLASSES, page.classes, strict=True) for part in (_box(color), _said(name, small))
    ]
    return Table([cells], colWidths=[5 * mm, 30 * mm] * 3, style=_plain(), hAlign="LEFT")


def _bars(page: Briefing, bars: Sequence[Bar], body: ParagraphStyle, small: ParagraphStyle) -> Table | Paragraph:
    if not bars:
        return _said(page.none_yet, body)
    rows = [[_said(bar.name, body), _stacked(bar.widths), _said(" / ".join(bar.amounts), small)] for bar in bars]
    return Table(rows, colWidths=[40 * mm, 84 * mm, _WIDTH - 124 * mm], style=_plain())


def _stacked(widths: tuple[int, int, int]) -> Drawing:
    """Classes beneath each other, never one after the other: they are not added."""
    drawing = Drawing(80 * mm, 11)
    for place, (width, color) in enumerate(zip(widths, CLASSES, strict=True)):
        if width:
            drawing.add(Rect(0, 8 - 4 * place, 80 * mm * width / 100, 3, fillColor=color, strokeColor=None))
    return drawing


def _box(color: Color) -> Drawing:
    drawing = Drawing(10, 8)
    drawing.add(Rect(0, 0, 10, 6, fillColor=color, strokeColor=None))
    return drawing


def _changes(page: Briefing, small: ParagraphStyle, bold: str) -> Table:
    strong = ParagraphStyle("strong", parent=small, fontName=bold, textColor=INK)
    cell = ParagraphStyle("cell", parent=small, textColor=INK)
    rows: list[list[Any]] = [[_said(text, strong) for text in page.heads]]
    for texts, before, after in page.changes:
        rows.append([_said(text, cell) for text in texts])
        # Beneath the largest producer's share in words.
        rows[-1][3] = [rows[-1][3], _before_and_after(before, after)]
    first = 40 * mm
    widths = [first, *[(_WIDTH - first) / (len(page.heads) - 1)] * (len(page.heads) - 1)]
    return Table(rows, colWidths=widths, style=_ruled())


def _before_and_after(before: int, after: int) -> Drawing:
    drawing = Drawing(24 * mm, 8)
    for y, width, color in ((4, before, INDICATIVE), (0, after, FIRM)):
        drawing.add(Rect(0, y, 24 * mm * width / 100, 3, fillColor=color, strokeColor=None))
    return drawing


def _plain() -> TableStyle:
    return TableStyle(
        [
            ("LEFTPADDING", (0, 0), (-1, -1), 0), ("RIGHTPADDING", (0, 0), (-1, -1), 4),
            ("TOPPADDING", (0, 0), (-1, -1), 1), ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ]
    )  # fmt: skip


def _ruled() -> TableStyle:
    return TableStyle([*_plain().getCommands(), ("LINEBELOW", (0, 0), (-1, -1), 0.4, RULE)])
