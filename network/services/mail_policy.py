"""What an institution lets mail carry."""

from django.utils import timezone
from django.utils.translation import gettext_noop

from institutions.models import Staff
from institutions.permissions import Role
from institutions.refusals import Forbidden
from network.models import Carries, MailPolicy

MAY_SET = (Role.INSTITUTION_ADMIN, Role.OFFICER)


def set_policy(*, by: Staff, carries: Carries, cap: Carries = Carries.FULL) -> MailPolicy:
    """What mail to `by`'s own people may carry, and at most (`cap`) mail to anybody of its rows. Raises Forbidden."""
    if not by.is_active or by.role not in MAY_SET:
        raise Forbidden(
            act=gettext_noop("set what mail may carry"),
            needs=gettext_noop("the role of an institution admin or officer"),
        )
    policy, _ = MailPolicy.objects.update_or_create(
        institution_id=by.institution_id,
        defaults={"carries": carries, "cap": cap, "set_by": by, "set_at": timezone.now()},
    )
    return policy
