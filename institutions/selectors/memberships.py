"""Where an institution is a member today."""

from datetime import date
from uuid import UUID

from django.db.models import Q

from institutions.models import Membership, MembershipStatus, Network


def networks_of_member(institution: UUID, *, on: date) -> list[Network]:
    """The networks in which it is a member (not only an observer or applicant) on this day."""
    rows = Membership.objects.filter(
        Q(until__isnull=True) | Q(until__gt=on), institution=institution, status=MembershipStatus.MEMBER, since__lte=on
    )
    return [row.network for row in rows.select_related("network").order_by("network__code")]
