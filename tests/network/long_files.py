"""Files of more commitments than a request makes, and the worker that makes them."""

from datetime import timedelta
from typing import Any

from deals.models import Commitment, JointAmount, Size, Step
from institutions.models import Approval, Event
from network.models import ImportedRow
from network.services import running
from tests.api import Answer, System
from tests.cast import in_a_year
from tests.network.test_import_api import confirmed, upload

HEADER = "deal,tranche,instrument,stage,amount,valid until,reference,note,account\n"
STAGES = ("enquiry", "EoI", "indicative terms", "due diligence")
AMOUNTS = ("USD 5m", "up to EUR 7.5m", "JPY 300000000", "about USD 1250000.50")


def line(number: int, **other: Any) -> str:
    """A row that is made without anybody's approval; every fourth has another stage, every fifth a tranche."""
    said = {
        "deal": "wattle",
        "tranche": "Base senior" if number % 5 == 0 else "",
        "instrument": "Guarantee" if number % 7 == 0 else "Loan",
        "stage": STAGES[number % 4],
        # Of indicative terms the amount is asked.
        "amount": "" if number % 6 == 0 and number % 4 != 2 else AMOUNTS[number % 3],
        "until": in_a_year() - timedelta(days=number % 30) if number % 3 else "",
        "reference": f"R-{number}",
        "note": f"row {number}, ‘as told’ by \\ and 日本" if number % 2 else "",
        "account": "own" if number % 11 == 0 else "",
    } | other
    return ",".join(f'"{value}"' if "," in str(value) else str(value) for value in said.values())


def file_of(rows: int, **other: str) -> bytes:
    """`other`: by number of the row, as n12, what stands in its place."""
    return (HEADER + "\n".join(other.get(f"n{n}") or line(n) for n in range(rows)) + "\n").encode()


def left_to_worker(system: System, raw: bytes, name: str = "many.csv") -> Answer:
    """Uploaded and confirmed."""
    started = upload(system, raw, name=name)
    assert started.status == 201, started.raw[:500]
    told = confirmed(system, started)
    assert (told.status, told.body["state"]) == (200, "running"), told.raw[:800]
    return told


def worked() -> list[bool]:
    """What the worker does when it is rung for."""
    return [running.run(source, actor) for source, actor in running.due()]


def life() -> dict[str, Any]:
    """What the asker's institution has of commitments and all that came with them, and what the log says of each, by
    what it is of: without moments, and with names instead of ids that are made anew each time."""
    names: dict[str, str] = {}
    rows: list[tuple[str, Any]] = []
    for made in Commitment.objects.order_by("reference", "instrument", "pk"):
        names[str(made.pk)] = f"{made.reference} {made.instrument}"
        rows.append((names[str(made.pk)], made))
    for model in (JointAmount, Size, Step, Approval, ImportedRow):
        found: list[tuple[str, Any]] = []
        for row in model._default_manager.all():
            match row:
                case JointAmount():
                    of = f"{row.amount}"
                case ImportedRow():
                    of = f"line {row.line}, {names.get(str(row.row_id), row.of_table)}"
                case Approval():
                    of = names[str(row.row_id)]
                case Step():
                    of = f"{names[str(row.commitment_id)]} at {row.stage}"
                case Size():
                    of = names[str(row.commitment_id)]
            found.append((f"{model.__name__} of {of}", row))
        assert len(dict(found)) == len(found), "each has a name of its own"
        names |= {str(row.pk): what for what, row in found}
        rows += found

    def named(value: Any) -> Any:
        if isinstance(value, dict):
            return {names.get(key, key): named(each) for key, each in value.items() if key not in _MOMENTS}
        if isinstance(value, list):
            return sorted((named(each) for each in value), key=str)
        return names.get(str(value), str(value))

    told: dict[str, Any] = {
        name: named({f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields}) for name, row in rows
    }
    for event in Event.objects.filter(row_id__in=list(names)).order_by("seq"):
        facts = (event.action, event.table, event.actor, event.institution_id, event.audience_id, event.addressee)
        said = [*map(str, facts), str(event.effective_on), named(event.before), named(event.after)]
        told.setdefault(f"log of {names[str(event.row_id)]}", []).append(said)
    return told


_MOMENTS = frozenset({"created_at", "updated_at", "told_at", "prepared_at", "prepared_from", "decided_at"})
