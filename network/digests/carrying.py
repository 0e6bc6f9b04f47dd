"""What a mail may carry of each row: as its reader's institution lets it, and no more than the row's owner does."""

from collections.abc import Mapping
from uuid import UUID

from network.models import Carries, MailPolicy

ORDER = [Carries.LINK_ONLY, Carries.NAMES, Carries.FULL]


class Policies:
    """The policies that one mail stands under, read at once."""

    def __init__(self, reader: UUID) -> None:
        # All of them, a row per institution at most: whose rows a mail is of depends on what it may draw.
        rows = MailPolicy.objects.values_list("institution_id", "carries", "cap")
        known = {institution: (Carries(carries), Carries(cap)) for institution, carries, cap in rows}
        self.reader = known[reader][0] if reader in known else Carries.LINK_ONLY
        self._caps: Mapping[UUID, Carries] = {institution: cap for institution, (_, cap) in known.items()}

    def of(self, owner: UUID, *, public: bool) -> Carries:
        """What may be said of a row of this owner."""
        if public:
            return Carries.FULL
        return min(self.reader, self._caps.get(owner, Carries.FULL), key=ORDER.index)
