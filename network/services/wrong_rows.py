"""The rows of a file that can't be imported as they are, with the reasons, as a file to be corrected."""

from network.services.previewing import Preview
from network.spreadsheet.writing import CsvLines


def wrong_rows(seen: Preview) -> bytes:
    """CSV: the columns of the file, then its row's number and what is to be done about it."""
    lines = CsvLines()
    if seen.table is None:
        return lines.taken()
    header = seen.table.rows[seen.header_row - 1]
    lines.write([*(cell.text for cell in header), "row", "what to do"])
    for row in seen.each():
        if not row.stands_in_the_way:
            continue
        cells = seen.table.rows[row.number - 1]
        says = " ".join(dict.fromkeys(remark.says for remark in row.remarks))
        lines.write([*(cell.text for cell in cells), *([""] * (len(header) - len(cells))), str(row.number), says])
    return lines.taken()
