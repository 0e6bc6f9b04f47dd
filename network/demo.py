"""The demo network as readers of mail: who follows what, and what mail may carry. All of it fictional people's."""

from dataclasses import dataclass

from deals.selectors.naming import deals_named
from institutions.isolation.session import acting_as
from institutions.models import Staff
from institutions.permissions import Role
from network.models import Carries, MailPolicy
from network.selectors.follows import ever_followed
from network.services.following import follow
from network.services.mail_policy import MAY_SET, set_policy

FOLLOWED = "nolans-package"


@dataclass(frozen=True)
class Done:
    """How many follow now who never did, and how many institutions let mail carry all that had no policy."""

    followers: int
    institutions: int


def set_up() -> Done:
    """Every person of the demo's banks that works on deals follows the Nolans deal, and its institutions let mail carry
    all. Whoever keeps accounts follows none.

    Safe to repeat: what somebody chose since, such as following no longer, stays as it is.
    """
    followers = institutions = 0
    for person in Staff.objects.filter(demo=True, is_active=True).select_related("institution"):
        with acting_as(person):
            for deal in deals_named(FOLLOWED) if person.role != Role.INSTITUTION_ADMIN else ():
                if not ever_followed(person, deal):
                    follow(by=person, deal=deal)
                    followers += 1
            if person.role in MAY_SET and not MailPolicy.objects.filter(institution=person.institution_id).exists():
                set_policy(by=person, carries=Carries.FULL)
                institutions += 1
    return Done(followers, institutions)
