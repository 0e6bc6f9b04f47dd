"""The growth as a picture: a line for each thing asked, commitments along, milliseconds up, both logarithmic."""

from pathlib import Path
from typing import Any

from reportlab.graphics import renderSVG
from reportlab.graphics.charts.axes import LogXValueAxis, LogYValueAxis
from reportlab.graphics.charts.legends import Legend
from reportlab.graphics.charts.lineplots import LinePlot
from reportlab.graphics.shapes import Drawing, String
from reportlab.graphics.widgets.markers import makeMarker
from reportlab.lib.colors import HexColor

# Told apart by those who see few colours, too (the first eight are Okabe and Ito's), and by marks.
COLOURS = (
    "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#000000", "#999999", "#7B3F00", "#B2DF00",
    "#6A3D9A", "#FF7FAA",
)  # fmt: skip
MARKS = ("Circle", "Square", "Triangle", "Diamond")


def plot(told: dict[str, Any], folder: Path) -> list[Path]:
    """Writes a picture for each asker, and returns where they are."""
    written = []
    for asker in dict.fromkeys(point["asker"] for point in told["growth"]):
        of = [point for point in told["growth"] if point["asker"] == asker]
        for name, pages in (("rest", False), ("pages", True)):
            lines = [point for point in of if point["what"].startswith("page: ") == pages]
            file = folder / f"growth-{name}-{asker.replace(' ', '-')}.svg"
            drawn = _drawing(lines, f"{'Pages' if pages else 'REST'}, asker sees {asker}", told["sizes"])
            file.write_text(renderSVG.drawToString(drawn))
            written.append(file)
    return written


def _drawing(points: list[dict[str, Any]], title: str, sizes: list[int]) -> Drawing:
    by_name: dict[str, list[tuple[int, float]]] = {}
    for point in points:
        named = by_name.setdefault(point["what"].removeprefix("page: "), [])
        named.append((point["size"], point["spent"]["median"]))
    drawing = Drawing(760, 360)
    drawing.add(String(60, 335, title, fontSize=14))
    drawing.add(
        String(60, 318, "milliseconds of the processor for one answer, by commitments in the registry", fontSize=10)
    )
    chart = LinePlot()
    chart.x, chart.y, chart.width, chart.height = 60, 45, 440, 255
    chart.xValueAxis, chart.yValueAxis = LogXValueAxis(), LogYValueAxis()
    chart.data = list(by_name.values())
    medians = [p["spent"]["median"] for p in points]
    chart.yValueAxis.valueMin, chart.yValueAxis.valueMax = min(1, min(medians)), max(100, max(medians) * 1.2)
    chart.xValueAxis.valueMin, chart.xValueAxis.valueMax = min(sizes) / 1.3, max(sizes) * 1.3
    chart.xValueAxis.labelTextFormat = lambda value: f"{value:,.0f}"
    chart.yValueAxis.labelTextFormat = lambda value: f"{value:g}"
    chart.yValueAxis.visibleGrid, chart.yValueAxis.gridStrokeColor = 1, HexColor("#DDDDDD")
    legend = Legend()
    legend.x, legend.y, legend.boxAnchor, legend.columnMaximum = 520, 300, "nw", 20
    legend.alignment, legend.deltay, legend.fontSize, legend.dxTextSpace = "right", 18, 10, 6
    legend.colorNamePairs = []
    for place, name in enumerate(by_name):
        colour = HexColor(COLOURS[place % len(COLOURS)])
        mark = makeMarker(MARKS[place % len(MARKS)])
        mark.size, mark.fillColor, mark.strokeColor = 7, colour, colour
        chart.lines[place].strokeColor, chart.lines[place].strokeWidth, chart.lines[place].symbol = colour, 2, mark
        legend.colorNamePairs.append((colour, name))
    drawing.add(chart)
    drawing.add(legend)
    return drawing
