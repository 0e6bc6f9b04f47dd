"""Imports as their institution sees them, and what the rows of a file can name, of what its importer sees."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count

from deals.selectors import known
from institutions.models import Institution
from institutions.selectors.reading import Reading, Row, Rows, Shape, instant, versioned
from network.models import Import, ImportedRow, ImportFile, ImportState
from network.spreadsheet.code_words import MINERALS, RARE_EARTHS
from network.spreadsheet.countries import countries
from network.spreadsheet.filing import Known
from network.spreadsheet.names import Choice, Names, plain_name


def _imports() -> Rows:
    found: Rows = Import.objects.values(
        "id", "kind", "state", "revision", "demo", "created_at", "told_at", "updated_at", made=Count("rows")
    )
    return found


def _import(row: Row) -> Shape:
    return versioned(
        {
            "id": row["id"],
            "kind": row["kind"],
            "state": row["state"],
            "revision": row["revision"],
            "made": row["made"],
            "started_at": instant(row["created_at"]),
            "demo": row["demo"],
            "updated_at": instant(row["updated_at"]),
        }
    )


IMPORTS = Reading("import", _imports, _import)


@dataclass(frozen=True)
class Upload:
    """What became of a file: `done` of `of` rows are made, or taken back. `stopped`: why the worker gave up, '' where
    it did not; `stay`: rows by their number, and what stood in the way of each."""

    taking_back: bool
    done: int
    of: int
    stopped: str
    stay: tuple[tuple[int, str], ...]


def upload_of(source: Import) -> Upload | None:
    """For whoever uploaded the file; None for everybody else. One question."""
    file = ImportFile.objects.filter(source=source).defer("content").first()
    if file is None:
        return None
    done = source.state == ImportState.DONE
    taking_back = done and bool(file.reason)
    of = file.made if done else file.ready
    stay = sorted((int(line), says) for line, told in file.refused.items() for _pointer, says in told)
    return Upload(taking_back, of if done and not taking_back else file.done, of, file.stopped, tuple(stay))


def made_by(source: Import) -> Rows:
    """The rows that an import made, of those that the asker sees, in the order of the file."""
    rows: Rows = (
        ImportedRow.objects.filter(source=source).order_by("line", "id").values("id", "line", "of_table", "row_id")
    )
    return rows


def remembered(owner: UUID, kind: str, signature: str) -> dict[int, str] | None:
    """How the columns of a file with these headers were understood the last time."""
    rows = Import.objects.filter(owner=owner, kind=kind, signature=signature, state="done").order_by("-told_at", "id")
    mapping = rows.values_list("mapping", flat=True).first()
    return None if mapping is None else {int(column): field for column, field in mapping.items()}


def known_to(institution: UUID, kind: str, references: Collection[str] = ()) -> Known:
    """A few questions, whatever the file's length. `references`: of its commitments; '' stands for rows without one."""
    deals = known.deals() if kind == "commitments" else []
    tranches: dict[str, list[Choice]] = {}
    for each in known.tranches() if kind == "commitments" else ():
        tranches.setdefault(str(each.within), []).append(_choice(each))
    of_project: dict[str, list[Choice]] = {}
    for each in deals:
        if each.within:
            of_project.setdefault(str(each.within), []).append(_choice(each))
    return Known(
        mine=str(institution),
        institutions=Names(_institutions()) if kind == "commitments" else Names(()),
        projects=Names(map(_choice, known.projects())) if kind != "projects" else Names(()),
        deals=Names(map(_choice, deals)),
        companies=Names(map(_choice, known.companies())) if kind == "deals" else Names(()),
        minerals=Names(_minerals()) if kind == "projects" else Names(()),
        countries=countries(),
        deals_of={key: tuple(choices) for key, choices in of_project.items()},
        tranches_of={key: Names(choices) for key, choices in tranches.items()},
        own={_recognised(key): shown for key, shown in _own(institution, kind, references)},
    )


def _own(institution: UUID, kind: str, references: Collection[str]) -> known.Recognised:
    match kind:
        case "projects":
            return known.own_projects(institution)
        case "deals":
            return known.own_deals(institution)
    named = [reference for reference in references if reference]
    return known.own_commitments(institution, named, by_figure="" in references)


def _recognised(key: tuple[str, ...]) -> tuple[str, ...]:
    return key if key[0] == "commitments" else (key[0], plain_name(key[1]), *key[2:])


def _choice(called: known.Called) -> Choice:
    return Choice(str(called.id), called.label, called.names)


def _institutions() -> Iterable[Choice]:
    rows = Institution.objects.values_list("pk", "short_name", "name", "native_name", "slug", "aliases", "lei")
    for pk, short, name, native, slug, aliases, lei in rows:
        yield Choice(str(pk), short, (name, native, slug, *aliases, lei))


def _minerals() -> Iterable[Choice]:
    for each in known.minerals():
        name, slug, symbols = each.label, each.names[0], each.names[1].split(";")
        words = [word for symbol in symbols for word in MINERALS.get(symbol, ())]
        # Where the symbol is missing, the name says it.
        words += [word for names in MINERALS.values() if plain_name(name) == plain_name(names[0]) for word in names]
        elements = RARE_EARTHS if "La-Lu" in symbols else ()
        yield Choice(str(each.id), name, (slug, *symbols, *each.names[2:], *words, *elements))


def imports_of(institution: UUID) -> list[Import]:
    """The latest imports of an institution."""
    return list(Import.objects.filter(owner=institution).annotate(made=Count("rows")).order_by("-told_at", "id")[:50])
