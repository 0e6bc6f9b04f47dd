"""What an approver confirms of teasers: every fact that would be told, made of the rows themselves."""

from uuid import UUID

from deals.admin.words import words
from deals.models import Mineral, Teaser
from deals.money import Money, figure
from deals.plain import plain
from institutions.models import Approval


def told(row: Teaser, minerals: dict[str, str]) -> list[tuple[str, str]]:
    """A teaser's facts by name; what is not told has none. `minerals` are names by their codes."""
    facts = (
        ("Minerals", ", ".join(minerals.get(code, code) for code in row.minerals)),
        ("Where", row.place),
        ("Stage", words(row.stage)),
        ("Target", figure(Money(row.target, row.currency)) if row.target else ""),
        ("Instruments sought", ", ".join(words(code) for code in row.instruments)),
        ("Purposes sought", ", ".join(words(code) for code in row.purposes)),
        ("Reply to", row.reply_to),
    )
    return [(name, said) for name, said in facts if said]


def names_of(codes: list[str]) -> dict[str, str]:
    """The names of minerals."""
    return dict(Mineral.objects.filter(slug__in=codes).values_list("slug", "name"))


def asked_of_teasers(found: list[Approval]) -> dict[UUID, list[str]]:
    """By the teaser that would be released: whom it tells what, until when. Two questions at most."""
    rows = [each.row_id for each in found if each.table == Teaser._meta.db_table]
    if not rows:
        return {}
    teasers = list(Teaser.objects.filter(pk__in=rows).select_related("to"))
    minerals = names_of([code for row in teasers for code in row.minerals])
    return {row.pk: _said(row, minerals) for row in teasers}


def _said(row: Teaser, minerals: dict[str, str]) -> list[str]:
    head = f"{row.to.name} is told of '{plain(row.code_name, 60)}' until {row.until:%-d %b %Y, %H:%M} UTC."
    facts = [f"{name}: {plain(said, 300)}." for name, said in told(row, minerals)]
    return [head, *facts, *([f"In your institution's words: {plain(row.words, 1000)}"] if row.words else [])]
