"""What the reader of an event may know by name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext as _

from deals.plain import plain


@dataclass(frozen=True)
class CommitmentName:
    """What a commitment is called: whose it is, and how far it has come."""

    institution: UUID
    stage: str
    instrument: str


@dataclass(frozen=True)
class Names:
    """What the reader may know by name; whatever is missing stays unnamed."""

    institutions: Mapping[UUID, str] = field(default_factory=dict)
    tranches: Mapping[UUID, str] = field(default_factory=dict)
    commitments: Mapping[UUID, CommitmentName] = field(default_factory=dict)
    minerals: Mapping[UUID, str] = field(default_factory=dict)
    companies: Mapping[UUID, str] = field(default_factory=dict)

    def institution(self, key: object) -> str:
        return plain(self.institutions.get(_uuid(key), ""), 60) or _("An institution")

    def tranche(self, key: object) -> str:
        return plain(self.tranches.get(_uuid(key), ""), 60)

    def mineral(self, key: object) -> str:
        return plain(self.minerals.get(_uuid(key), ""), 60) or _("a mineral")

    def company(self, key: object) -> str:
        return plain(self.companies.get(_uuid(key), ""), 60) or _("a company")

    def commitment(self, key: object) -> CommitmentName | None:
        return self.commitments.get(_uuid(key))


def _uuid(key: object) -> UUID:
    return key if isinstance(key, UUID) else UUID(str(key)) if key else UUID(int=0)
