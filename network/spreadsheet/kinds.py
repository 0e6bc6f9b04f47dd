"""What a row of each kind of file must say, and the draft that is made of it."""

import re
from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _

from deals.sentences.words import listed, word
from network.iati.codes import FINANCE_READ, TYPES_READ
from network.spreadsheet.asking import LEAVE_OUT, Question, RowRead, State
from network.spreadsheet.code_words import CHAIN_STAGES, INSTRUMENTS, STAGES
from network.spreadsheet.filing import Filing
from network.spreadsheet.names import Names, of_words, plain_name

_INSTRUMENTS = of_words(INSTRUMENTS, FINANCE_READ.values())
_STAGES, _CHAIN = of_words(STAGES, TYPES_READ.values()), of_words(CHAIN_STAGES)
_ENDED = ("repaid", "declined", "withdrawn", "lapsed", "cancelled")
_DEGREES = re.compile(r"(-?)([0-9]{1,3})(?:[.,]([0-9]{1,5})[0-9]*)?\s*°?\s*([nsew]?)", re.IGNORECASE)


def read_rows(kind: str, filing: Filing) -> list[RowRead]:
    """All rows of the sheet as `kind`; then `filing.asked` holds what is open."""
    rows = list(_each(kind, filing))
    return _joined(rows) if kind == "commitments" else rows


def each_row(kind: str, filing: Filing) -> Iterator[RowRead]:
    """As `read_rows`, one after the other: no cells of a long sheet are merged, so none waits for those below."""
    for row in _each(kind, filing):
        yield from _joined([row]) if kind == "commitments" else [row]


def _each(kind: str, filing: Filing) -> Iterator[RowRead]:
    seen: dict[tuple[str, ...], int] = {}
    read = {"projects": _project, "deals": _deal, "commitments": _commitment}[kind]
    return filing.each(lambda found, line, row: read(found, line, row, seen))


def _project(filing: Filing, line: int, row: RowRead, seen: dict[tuple[str, ...], int]) -> None:
    name = _name(filing, line, row, 200)
    country = _one(filing, line, row, "country", filing.known.countries)
    minerals = _several(filing, line, row, "minerals", filing.known.minerals)
    aliases = [each.strip() for each in re.split(r"[;,/、]", filing.text(line, row, "aliases")) if each.strip()]
    place = {key: _degrees(filing, line, row, key) for key in ("latitude", "longitude")}
    stages = filing.code(line, row, "chain_stages", _CHAIN, needed=False)
    if row.state is State.READY and (place["latitude"] is None) is not (place["longitude"] is None):
        row.wrong(
            filing.column_of.get("latitude"), "", "required", _("Give latitude and longitude together, or neither.")
        )
    if row.state is State.READY:
        filing.again(row, [("projects", plain_name(name), country)], seen, "project")
    row.drafts = [
        {
            "name": name,
            "country": country,
            "minerals": minerals,
            "aliases": aliases[:20],
            "chain_stages": stages,
            **place,
        }
        | {"region": filing.text(line, row, "region", 120)}
    ]


def _deal(filing: Filing, line: int, row: RowRead, seen: dict[tuple[str, ...], int]) -> None:
    name = _name(filing, line, row, 200)
    project, borrower = (
        _named(filing, line, row, field, names)
        for field, names in (("project", filing.known.projects), ("borrower", filing.known.companies))
    )
    target = filing.money(line, row)
    if row.state is State.READY:
        filing.again(row, [("deals", plain_name(name))], seen, "deal")
    if target and target["qualifier"] != "exact":
        row.notes.append(_("amount: a deal's target is one figure; how sure it is is not taken over."))
    facts = {"name": name, "project": project, "borrower": borrower, "target": target}
    row.drafts = [facts | {"code_name": filing.text(line, row, "code_name", 60)}]


def _commitment(filing: Filing, line: int, row: RowRead, seen: dict[tuple[str, ...], int]) -> None:
    if not _ours(filing, line, row):
        return
    deal = _deal_of(filing, line, row)
    instruments = filing.code(line, row, "instrument", _INSTRUMENTS) if row.state is not State.LEFT_OUT else []
    stage = next(iter(filing.code(line, row, "stage", _STAGES) if row.state is not State.LEFT_OUT else []), "")
    if row.state is State.LEFT_OUT:
        return
    if stage in _ENDED:
        says = _("It has ended (%(stage)s): what ended before it was registered is not registered. Leave the row out.")
        ended = says % {"stage": word(stage)}
        row.wrong(filing.column_of.get("stage"), filing.cell(line, "stage").text, "ended", ended)
    size = filing.money(line, row)
    days = {name: filing.day(line, row, name) for name in ("valid_until", "signed_on")}
    tranche = None
    if deal and not filing.cell(line, "tranche").empty:
        tranche = _one(filing, line, row, "tranche", filing.known.tranches_of.get(deal, Names(())))
    lengths = {"reference": 80, "account": 80, "on_behalf_of": 120, "via": 120, "note": 400, "agreement_reference": 80}
    texts = {name: filing.text(line, row, name, longest) for name, longest in lengths.items()}
    size, joint = _shared(filing, line, row, size, texts, len(instruments))
    if row.state is State.READY:
        filing.again(row, _same(deal, instruments, texts["reference"], size or joint), seen, "commitment")
    facts = {"deal": deal, "stage": stage, "size": size, "tranche": tranche, **days, **texts}
    row.drafts = [facts | {"instrument": each, "joint": joint} for each in dict.fromkeys(instruments)]


def _same(deal: str, instruments: list[str], reference: str, size: dict[str, str] | None) -> list[tuple[str, ...]]:
    """By what a commitment is recognised: the institution's own reference, else what it is and how large."""
    if reference:
        return [("commitments", "reference", reference)]
    figure = f"{Decimal(size['amount']).normalize():f} {size['currency']}" if size else ""
    return [("commitments", deal, each, figure) for each in instruments if figure]


def _shared(
    filing: Filing, line: int, row: RowRead, size: dict[str, str] | None, texts: dict[str, str], instruments: int
) -> tuple[dict[str, str] | None, dict[str, str] | None]:
    """(size, joint): a figure for several is never split. It stands for all of one's own that it covers; where others
    share in it, one's own is unknown and the figure is noted."""
    others = [name for name in row.reading.get("together_with", "").split(", ") if name]
    if size is None:
        return None, None
    if others:
        if filing.asked.answers.get(f"several:{row.number}") == "own":
            return size, None
        figure = f"{size['amount']} {size['currency']} together with {', '.join(others)}"
        texts["note"] = f"{texts['note']} {figure}".strip()[:400]
        row.reading["note"], row.reading["amount"] = texts["note"], _("unknown: the figure is one for several")
        return None, None
    merged = filing.cell(line, "amount").merged
    if merged:
        return None, size | {"group": f"{merged[0]}:{merged[1]}"}
    return (None, size | {"group": f"row {row.number}"}) if instruments > 1 else (size, None)


def _joined(rows: list[RowRead]) -> list[RowRead]:
    """A figure over several rows is for their commitments together; over one alone, it is that one's own."""
    groups: dict[str, list[tuple[RowRead, dict[str, object]]]] = {}
    for row in rows:
        for draft in row.drafts:
            if isinstance(draft["joint"], dict):
                groups.setdefault(str(draft["joint"]["group"]), []).append((row, draft))
    for group in groups.values():
        if len(group) == 1:
            _row, draft = group[0]
            draft["size"], draft["joint"] = draft["joint"], None
        elif len({draft["deal"] for _row, draft in group}) > 1:
            for row, _draft in group:
                says = _("One amount stands over rows of several deals. Give each its own.")
                row.wrong(None, "", "joint_over_deals", says)
                row.drafts = []
        else:
            for row, _draft in group:
                says = _("%(amount)s: one figure for %(count)s commitments, counted once")
                row.reading["amount"] = says % {"amount": row.reading["amount"], "count": len(group)}
    return rows


def _ours(filing: Filing, line: int, row: RowRead) -> bool:
    """Whether the row is the importer's own: nobody registers another's."""
    cell = filing.cell(line, "institution")
    if cell.empty:
        return True
    names = filing.known.institutions
    keys = [filing.choose(row, "institution", part, names) for part in names.split(cell.text)]
    if row.state is not State.READY:
        return False
    row.reading["institution"] = ", ".join(map(names.label, keys))
    others = [names.label(key) for key in dict.fromkeys(keys) if key != filing.known.mine]
    if filing.known.mine not in keys:
        says = _("It is of %(others)s: an institution registers its own commitments.")
        row.leave_out("of_another", says % {"others": listed(others)})
        return False
    if others:
        row.reading["together_with"] = ", ".join(others)
        choices = (
            ("together", _("One figure for all of them: it is noted, and your own size is unknown")),
            ("own", _("The whole amount is your own")),
            (LEAVE_OUT, _("Leave it out")),
        )
        says = _("Row %(row)s names %(text)s. Whose is its amount?") % {"row": row.number, "text": cell.text.strip()}
        column = filing.column_of["institution"]
        question = Question(f"several:{row.number}", says, choices)
        if filing.asked.ask(row, column, cell.text, "several_financiers", question) == LEAVE_OUT:
            row.leave_out("left_out", _("You left it out."))
            return False
    return True


def _deal_of(filing: Filing, line: int, row: RowRead) -> str:
    """The deal by its own name, else the one of the project that is named."""
    if not filing.cell(line, "deal").empty:
        return _one(filing, line, row, "deal", filing.known.deals)
    if filing.cell(line, "project").empty:
        return next(iter(filing.code(line, row, "deal", filing.known.deals)), "")
    project = _one(filing, line, row, "project", filing.known.projects)
    if not project:
        return ""
    deals = filing.known.deals_of.get(project, ())
    text = filing.cell(line, "project").text.strip()
    if len(deals) == 1:
        row.reading["deal"] = deals[0].label
        return deals[0].key
    column = filing.column_of["project"]
    if not deals:
        says = _("There is no deal of '%(text)s' that you may see. Register it first.")
        row.wrong(column, text, "no_deal", says % {"text": text})
        return ""
    choices = (*((each.key, each.label) for each in deals), (LEAVE_OUT, _("Leave these rows out")))
    question = Question(f"deal:{project}", _("Which deal of '%(text)s' is meant?") % {"text": text}, choices)
    given = filing.asked.ask(row, column, text, "several_deals", question)
    if given == LEAVE_OUT:
        row.leave_out("left_out", _("You left out the rows of '%(text)s'.") % {"text": text[:60]})
        return ""
    return given


def _name(filing: Filing, line: int, row: RowRead, longest: int) -> str:
    name = filing.text(line, row, "name", longest)
    if not name and row.state is State.READY:
        row.wrong(filing.column_of.get("name"), "", "required", _("It has no name. Give one, or leave the row out."))
    return name


def _one(filing: Filing, line: int, row: RowRead, field: str, names: Names) -> str:
    """The key of the one thing that a cell names; it must name one."""
    cell = filing.cell(line, field)
    if cell.empty:
        return next(iter(filing.code(line, row, field, names)), "")
    key = filing.choose(row, field, cell.text, names)
    if key:
        row.reading[field] = names.label(key)
    return key


def _named(filing: Filing, line: int, row: RowRead, field: str, names: Names) -> str | None:
    """As `_one`, where the cell may be empty."""
    return None if filing.cell(line, field).empty else _one(filing, line, row, field, names) or None


def _several(filing: Filing, line: int, row: RowRead, field: str, names: Names) -> list[str]:
    cell = filing.cell(line, field)
    if cell.empty:
        return []
    keys = [key for part in names.split(cell.text) if (key := filing.choose(row, field, part, names))]
    row.reading[field] = ", ".join(map(names.label, keys))
    return list(dict.fromkeys(keys))


def _degrees(filing: Filing, line: int, row: RowRead, field: str) -> str | None:
    cell = filing.cell(line, field)
    if cell.empty:
        return None
    match, most = _DEGREES.fullmatch(cell.text.strip()), 90 if field == "latitude" else 180
    found = Decimal(f"{match[1]}{match[2]}.{match[3] or 0}") if match else None
    if match is None or found is None or abs(found) > most:
        says = _("Write degrees with a decimal point, between -%(most)s and %(most)s, such as -22.5874.")
        row.wrong(filing.column_of[field], cell.text, "no_place", says % {"most": most})
        return None
    # West and south are below zero; an 'O' is east in German and west in Spanish, and not taken.
    south = match[4].casefold() in ("s", "w")
    row.reading[field] = f"{-abs(found) if south else found:f}"
    return row.reading[field]
