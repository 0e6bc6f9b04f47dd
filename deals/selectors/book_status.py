"""Book statuses as their readers see them: the lead every line, a party its own."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from deals.models import BookLine, BookStatus, Deal
from deals.selectors.parts import texts, visible
from institutions.models import Institution
from institutions.selectors.reading import Reading, Row, Rows, Shape, instant, versioned


def _lines() -> Rows:
    found: Rows = BookLine.objects.values(
        "id", "owner_id", "institution_id", "step", "share", "as_of", "demo", "told_at", "published_at", "updated_at",
        seen_deal=visible(Deal, "deal_id"),
    )  # fmt: skip
    return found


def _line(row: Row) -> Shape:
    return versioned(
        {
            "id": row["id"],
            "deal": row["seen_deal"],
            "lead": row["owner_id"],
            "institution": row["institution_id"],
            "published_at": instant(row["published_at"]),
            "step": row["step"],
            "others_cover": row["share"],
            "withheld": row["share"] is None,
            **texts(row, "as_of", "demo"),
            "updated_at": instant(row["updated_at"]),
        }
    )


BOOK_LINES = Reading("book_line", _lines, _line)


@dataclass(frozen=True)
class Shown:
    """What one party is told: a share of the target in per cent with its day, or that it is withheld (None)."""

    institution: Institution
    share: int | None
    as_of: date | None
    is_new: bool = False


def step_of(deal: Deal) -> int | None:
    """The step of the deal's book status, None before the first one."""
    return BookStatus.objects.filter(deal=deal).values_list("step", flat=True).first()


def readers(deal: Deal) -> list[UUID]:
    """The parties that the lead's book status is told to."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM deals.book_readers(%s) ORDER BY 1", [deal.pk])
        return [row[0] for row in cursor.fetchall()]


def last_told(deal: Deal, institution: UUID) -> BookLine | None:
    """The line last told to an institution, as the asker sees it."""
    return BookLine.objects.filter(deal=deal, institution=institution).order_by("-published_at", "id").first()


def told_to_all(deal: Deal) -> dict[UUID, BookLine]:
    """The last line of each party, as the lead sees them; one question."""
    lines = (
        BookLine.objects.filter(deal=deal).order_by("institution_id", "-published_at", "id").distinct("institution_id")
    )
    return {line.institution_id: line for line in lines}


def would_be_told(deal: Deal, step: int) -> list[Shown]:
    """What each party would be told if the asker published now; it must be the deal's lead."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH counted AS MATERIALIZED (SELECT deals.firm_book(%(deal)s, %(currency)s,"
            " (SELECT max(date) FROM deals_fxrate WHERE date <= current_date)) AS book)"
            " SELECT r.reader, l.share, l.as_of, l.is_new FROM counted c, deals.book_readers(%(deal)s) r (reader),"
            " deals.book_line(%(deal)s, %(lead)s, r.reader, c.book, %(target)s, %(step)s) l",
            {
                "deal": deal.pk,
                "lead": deal.owner_id,
                "currency": deal.target_currency,
                "target": deal.target_amount,
                "step": step,
            },
        )
        found = cursor.fetchall()
    names = {row.pk: row for row in Institution.objects.filter(pk__in=[row[0] for row in found])}
    shown = [Shown(names[reader], share, as_of, is_new) for reader, share, as_of, is_new in found]
    return sorted(shown, key=lambda each: each.institution.short_name)
