"""Names of the people of one's own institution."""

from uuid import UUID

from institutions.models import Staff
from institutions.permissions import Role


def with_role(institution_id: UUID, role: Role) -> list[Staff]:
    """Who holds a role in one's own institution today; never ask for another's, whose people are not listed."""
    return list(Staff.objects.filter(institution_id=institution_id, role=role, is_active=True).order_by("name", "id"))
