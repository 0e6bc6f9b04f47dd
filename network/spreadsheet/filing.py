"""What the rows of a sheet say: each a draft, a question, a mistake, or no row of data. Nothing is made here."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from django.utils.translation import gettext as _

from deals.sentences.joining import following
from deals.sentences.words import instrument_word, listed, word
from network.spreadsheet.asking import LEAVE_OUT, Asked, Question, RowRead, State
from network.spreadsheet.columns import Amounts, Column, Currencies, Days
from network.spreadsheet.header_words import FIELDS
from network.spreadsheet.lines import left_out
from network.spreadsheet.names import Choice, Found, Names
from network.spreadsheet.table import Cell, Sheet

C = TypeVar("C", bound=Column)
_LONGEST = 400
# With so many unknown names nobody goes through suggestions, and to look for them takes long.
_MOST_ALIKE = 500
# Texts whose meaning is kept while a file is read.
_MOST_KNOWN = 20_000


@dataclass(frozen=True)
class Known:
    """What rows can name, of what the importer may see. `mine`: its own institution; `own`: the words by which a row of
    its own is recognised, and how that row is shown."""

    mine: str
    institutions: Names
    projects: Names
    deals: Names
    companies: Names
    minerals: Names
    countries: Names
    deals_of: Mapping[str, tuple[Choice, ...]] = field(default_factory=dict)
    tranches_of: Mapping[str, Names] = field(default_factory=dict)
    own: Mapping[tuple[str, ...], str] = field(default_factory=dict)


class Filing:
    """One sheet, read with a mapping of its columns and the answers so far."""

    def __init__(
        self, sheet: Sheet, header: int, fields: Mapping[int, str], known: Known, answers: Mapping[str, str]
    ) -> None:
        self.sheet, self.header, self.known = sheet, header, known
        self.asked = Asked({**sheet.answers, **answers})
        self.column_of = {name: column for column, name in fields.items()}
        self._lines = range(header + 1, len(sheet.rows))
        self._found: dict[tuple[int, str], Found] = {}
        self._known: dict[tuple[int, str], Found] = {}
        self._named: dict[tuple[str, str], tuple[list[str], str]] = {}

    def each(self, read: Callable[["Filing", int, RowRead], None]) -> Iterator[RowRead]:
        """Each row below the header: what holds data through `read`, the others with the reason why they are left
        out."""
        for line in self._lines:
            row = RowRead(line + 1)
            if all(cell.empty for cell in self.sheet.rows[line]):
                continue
            why = self.sheet.passed_over.get(line) or left_out(
                self.sheet.rows[line], self.sheet.rows[self.header], list(self.column_of.values())
            )
            if why:
                row.leave_out("no_row", why)
            elif self.asked.answers.get(f"row:{row.number}") == LEAVE_OUT:
                row.leave_out("left_out", _("You left it out."))
            else:
                self._look(line, row)
                read(self, line, row)
                if row.state is not State.READY:
                    row.drafts = []
            yield row

    def cell(self, line: int, name: str) -> Cell:
        column = self.column_of.get(name)
        return self.sheet.at(line, column) if column is not None else Cell()

    def text(self, line: int, row: RowRead, name: str, longest: int = _LONGEST) -> str:
        """A text as it stands, on one line."""
        found = " ".join(self.cell(line, name).text.split())
        if len(found) > longest:
            says = _("It may have %(most)s signs at most. Shorten it.") % {"most": longest}
            row.wrong(self.column_of[name], found[:60], "too_long", says)
            return ""
        if found:
            row.reading[name] = found
        return found

    def code(self, line: int, row: RowRead, name: str, words: Names, *, needed: bool = True) -> list[str]:
        """The codes that a cell names; where it is empty, what was answered for the whole file."""
        cell, found = self.cell(line, name), list[str]()
        if cell.empty:
            return self._default(row, name, words) if needed else []
        # A long column says the same again and again.
        known, row.reading[name] = self._named.get((name, cell.text), (found, ""))
        if known:
            return list(known)
        parts = words.split(cell.text)
        for part in parts:
            if key := self.choose(row, name, part, words):
                found.append(key)
        spoken = instrument_word if name == "instrument" else word
        row.reading[name] = listed(spoken(key) for key in found)
        # What was answered, too, is known from here on; what is open, or leaves rows out, is asked of each row.
        if len(found) == len(parts) and len(self._named) < _MOST_KNOWN:
            self._named[name, cell.text] = found, row.reading[name]
        return list(found)

    def choose(self, row: RowRead, name: str, text: str, names: Names, what: str = "") -> str:
        """The key of what a text names: known, or asked with what is like it. '' while it is asked, or left out."""
        found = self._find(names, text)
        if len(found.choices) == 1:
            return found.choices[0].key
        column = self.column_of.get(name)
        offered = found.choices or found.like
        what = what or word(name)
        if found.choices:
            says = _("'%(text)s' is the name of several. Which %(what)s is meant?")
        elif offered:
            says = _("There is no %(what)s '%(text)s' that you may see. Is it one of these?")
        else:
            says = _("There is no %(what)s '%(text)s' that you may see. Choose one, or leave its rows out.")
        says %= {"what": what, "text": text.strip()}
        choices = (*((each.key, each.label) for each in offered), (LEAVE_OUT, _("Leave these rows out")))
        question = Question(f"name:{name}:{text.strip()[:120]}", says, choices, free=True)
        code = "several_names" if found.choices else "unknown_name"
        given = self.asked.ask(row, column, text, code, question)
        if given == LEAVE_OUT:
            row.leave_out("left_out", _("You left out the rows of '%(text)s'.") % {"text": text.strip()[:60]})
            return ""
        if given and not (chosen := names.known(given)):
            says = _("There is no %(what)s '%(text)s' that you may see.") % {"what": what, "text": given[:60]}
            row.wrong(column, given, "unknown_name", says)
            return ""
        return chosen[0].key if given else ""

    def _find(self, names: Names, text: str) -> Found:
        """Each text once, however many rows hold it."""
        key = (id(names), text.strip())
        if key in self._known or key in self._found:
            return self._known.get(key) or self._found[key]
        found = names.find(text, alike=len(self._found) < _MOST_ALIKE)
        if not found.choices:
            self._found[key] = found
        elif len(self._known) < _MOST_KNOWN:
            self._known[key] = found
        return found

    def again(self, row: RowRead, same: Sequence[tuple[str, ...]], seen: dict[tuple[str, ...], int], what: str) -> None:
        """Asks about a row that is there already: above in the file, or among the institution's own."""
        before = next((seen[key] for key in same if key in seen), None)
        there = next((self.known.own[key] for key in same if key in self.known.own), None)
        for key in same:
            seen.setdefault(key, row.number)
        if before is None and there is None:
            return
        says = (
            _("Row %(row)s is like row %(before)s.")
            if before
            else _("Row %(row)s is like your own %(what)s: %(there)s.")
        )
        says %= {"row": row.number, "before": before, "what": word(what), "there": there}
        choices = (("new", _("It is another one: register it")), (LEAVE_OUT, _("Leave it out")))
        question = Question(f"again:{row.number}", following(says, _("Is it the same?")), choices)
        if self.asked.ask(row, None, "", "duplicate", question) == LEAVE_OUT:
            row.leave_out("left_out", following(says, _("You left it out.")))

    @cached_property
    def amounts(self) -> Amounts | None:
        return self._column("amount", Amounts)

    @cached_property
    def currencies(self) -> Currencies | None:
        return self._column("currency", Currencies)

    @cached_property
    def _days(self) -> dict[str, Days]:
        return {name: found for name in ("valid_until", "signed_on") if (found := self._column(name, Days))}

    def day(self, line: int, row: RowRead, name: str) -> str | None:
        """A day as ISO writes it."""
        found = self._days[name].read(row, self.cell(line, name)) if name in self._days else None
        if found:
            row.reading[name] = found.isoformat()
        return found.isoformat() if found else None

    def money(self, line: int, row: RowRead) -> dict[str, str] | None:
        """{amount, currency, qualifier} of the row, None where it names none."""
        cell = self.cell(line, "amount")
        if self.amounts is None or cell.empty:
            return None
        currency = self.currencies.read(row, self.cell(line, "currency")) if self.currencies else ""
        read = self.amounts.read(row, cell, currency or "") if currency is not None else None
        if read is None:
            return None
        money, qualifier = read
        if money is None:
            row.reading["amount"] = _("unknown")
            return None
        exact = qualifier == "exact"
        row.reading["amount"] = (
            str(money) if exact else _("%(money)s (%(how)s)") % {"money": money, "how": word(qualifier)}
        )
        return {"amount": f"{money.amount:f}", "currency": money.currency, "qualifier": qualifier}

    def _look(self, line: int, row: RowRead) -> None:
        """What a reader of the file should know of its cells."""
        for name, column in self.column_of.items():
            cell = self.sheet.at(line, column)
            if cell.lost:
                says = _("The result of this formula is not in the file. Open it, save it, and upload it again.")
                row.wrong(column, "", "formula_without_result", says)
            if cell.formula and not cell.lost:
                says = _("%(field)s: the result of a formula, as it was when the file was saved.")
                row.notes.append(says % {"field": _(name)})
            if cell.comment:
                says = _("%(field)s: a comment of the file is not taken over: %(text)s")
                row.notes.append(says % {"field": _(name), "text": cell.comment[:200]})
        if line in self.sheet.hidden_rows:
            row.notes.append(_("The row is hidden in the file."))

    def _default(self, row: RowRead, name: str, words: Names) -> list[str]:
        facts = {"what": word(name)}
        choices = tuple((each.key, each.label) for each in words.choices[:60])
        says = _("Which %(what)s do rows have that name none?") % facts
        if not choices:
            missing = _("There is no %(what)s that you may see. Register it first.") % facts
            row.wrong(self.column_of.get(name), "", "required", missing)
            return []
        choices = (*choices, (LEAVE_OUT, _("Leave these rows out")))
        given = self.asked.ask(
            row, self.column_of.get(name), "", "required", Question(f"default:{name}", says, choices)
        )
        if given == LEAVE_OUT:
            row.leave_out("left_out", _("You left out the rows without a %(what)s.") % facts)
            return []
        return [given] if given else []

    def _column(self, name: str, kind: type[C]) -> C | None:
        column = self.column_of.get(name)
        return None if column is None else kind(self.sheet, self.header, column, self._lines, self.asked)


def fields_of(kind: str) -> list[str]:
    """What a column of this kind of file can hold."""
    return list(FIELDS[kind])


def references_in(sheet: Sheet, header: int, fields: Mapping[int, str]) -> set[str]:
    """By what the rows below the header are recognised, as they would be read; '' where some have none."""
    column = next((column for column, name in fields.items() if name == "reference"), -1)
    found = set()
    for row in range(header + 1, len(sheet.rows)):
        cells = sheet.rows[row]
        if any(not cell.empty for cell in cells):
            found.add(" ".join(cells[column].text.split()) if 0 <= column < len(cells) else "")
    return found
