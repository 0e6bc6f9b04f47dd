"""Very many events with few acts: an institution changes all of its letters at once, and its own system hears of each.

`ORE_CROWD` letters: `make faults` has 500 of them changed in each of its 200 rounds, which are 100,000 events.
"""

import os
from dataclasses import dataclass
from uuid import UUID

from deals.models import Commitment
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import Event, Staff
from network.models import WebhookDelivery
from network.services.webhooks import Made
from tests.acts import letter
from tests.cast import PASSWORD, Cast
from tests.network.receivers import Receiver, endpoint_for

SIZE = int(os.environ.get("ORE_CROWD", "3"))


@dataclass
class Crowd:
    """Sakura's letters that it tells to nobody else, and the system of its own that hears of them; none of its people
    reads mail, in which so many lines would leave out others."""

    cast: Cast
    receiver: Receiver
    made: Made
    letters: list[UUID]
    changes: int = 0

    @classmethod
    def of(cls, cast: Cast, receiver: Receiver) -> "Crowd":
        letters = [letter(cast, Level.OWN, by="sora", approver="shin").pk for _ in range(SIZE)]
        with acting_as(None):
            cast.people["sato"] = Staff.objects.create_user(
                "sato@sakura.example", PASSWORD, institution=cast.bank("sakura"), role="institution_admin", name="Sato"
            )
        made = endpoint_for(cast.sato, receiver, events=("commitment.updated",))
        return cls(cast, receiver, made, letters)

    def changes_all(self) -> None:
        """One statement, and an event for each."""
        self.changes += 1
        with acting_as(self.cast.sora):
            rows = Commitment.objects.filter(pk__in=self.letters)
            assert rows.update(reference=f"Change {self.changes}") == SIZE

    def compare(self) -> "Heard":
        """What was received with what the log holds."""
        with acting_as(self.cast.sora):
            # An event keeps what stood before in the fields that it changed.
            happened = set(
                Event.objects.filter(
                    row_id__in=self.letters, action="updated", before__has_key="reference"
                ).values_list("xact", "seq")
            )
        with acting_as(self.cast.sato):
            rows = WebhookDelivery.objects.filter(endpoint=self.made.endpoint)
            told = {(xact, seq): str(pk) for pk, xact, seq in rows.values_list("pk", "xact", "seq")}
        assert len(happened) == self.changes * SIZE
        called = set(self.receiver.taken)
        silent = sorted(place for place in happened if told.get(place) not in called)
        # It hears of changes of others' letters as well, as far as they were told to its institution.
        invented = len(called - set(told.values()))
        return Heard(len(happened), silent, invented, len(self.receiver.taken) - len(called))


@dataclass(frozen=True)
class Heard:
    """How many events there were, the places in the log of those that no receipt was given for, receipts without an
    event, and how many were taken once more under the same id."""

    events: int
    silent: list[tuple[int, int]]
    invented: int
    repeated: int
