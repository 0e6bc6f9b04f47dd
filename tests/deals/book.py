"""Acts around a book status: firm money of several banks, and what is told of it."""

from typing import Any

from django.db import connection

from deals.models import BookLine, BookStatus, Commitment
from deals.services import inviting
from deals.services.book_status import publish_book_status
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from tests.acts import confirm_waiting, signed
from tests.cast import Cast, in_a_year

# Whose officer and approver act for whom.
OF = {"rhein": ("rolf", "rita"), "sakura": ("sora", "shin"), "maple": ("marc", "mary"), "austral": ("ada", "abe"),
      "hanok": ("mina", "joon")}  # fmt: skip


def firm(cast: Cast, bank: str, money: str, level: Level = Level.LEAD) -> Commitment:
    """Signed money that is told to the lead."""
    officer, approver = OF[bank]
    return signed(cast, level, by=officer, approver=approver, money=money, stage="signed")


def let_in(cast: Cast, bank: str) -> None:
    """A party under an NDA, whether it was invited before or not."""
    with acting_as(cast.ada):
        there = cast.deal.party_set.filter(institution=cast.bank(bank)).first()
        today = in_a_year().today()
        if there:
            inviting.record_nda(by=cast.ada, party=there, signed_on=today, expires_on=in_a_year())
        else:
            there = inviting.invite(by=cast.ada, deal=cast.deal, institution=cast.bank(bank), on=today,
                                    nda_signed_on=today, nda_expires_on=in_a_year())  # fmt: skip
    confirm_waiting(cast, there, by="abe")


def publish(cast: Cast, step: int | None = None) -> BookStatus:
    with acting_as(cast.ada):
        return publish_book_status(by=cast.ada, deal=cast.deal, step=step)


def told(cast: Cast, who: str) -> list[int | None]:
    """The shares that a person's institution was told, oldest first."""
    person = cast.people[who]
    with acting_as(person):
        lines = BookLine.objects.filter(institution=person.institution_id).order_by("published_at")
        return list(lines.values_list("share", flat=True))


def run(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []
