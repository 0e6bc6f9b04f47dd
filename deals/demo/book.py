"""The fictional book status of Nolans: its lead tells the parties once how far others cover the target."""

from collections.abc import Mapping

from deals.demo.people import Bank
from deals.demo.room import KEEPER
from deals.models import BookStatus, Deal
from deals.services.book_status import publish_book_status
from institutions.isolation.session import acting_as


def publish_once(deal: Deal, banks: Mapping[str, Bank]) -> int:
    """Publishes it where none is there yet; how many were made."""
    keeper = banks[KEEPER]
    with acting_as(keeper.officer):
        if BookStatus.objects.filter(deal=deal).exists():
            return 0
        publish_book_status(by=keeper.officer, deal=deal)
    return 1
