"""How far a row is told: the six levels, each including those before it (domain §5)."""

from enum import StrEnum
from uuid import UUID

# The principal that every asker has, also one without an identity.
EVERYONE = UUID("00000000-0000-4000-8000-000000000001")
# The audience of reference rows, which belong to nobody.
EVERYONE_AUDIENCE = UUID("00000000-0000-4000-8000-000000000002")


class Level(StrEnum):
    OWN = "own"
    LEAD = "lead"
    PARTIES = "parties"
    INVITED = "invited"
    NETWORK = "network"
    PUBLIC = "public"

    @property
    def rank(self) -> int:
        return list(Level).index(self)

    @property
    def beyond_lead(self) -> bool:
        """Widening to here needs a second person."""
        return self.rank > Level.LEAD.rank


CHOICES = [(level.value, level.value) for level in Level]
