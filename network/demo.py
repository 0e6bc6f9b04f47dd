"""The demo network as readers of mail: who follows what, and what mail may carry. All of it fictional people's."""

from dataclasses import dataclass

from deals.selectors.naming import deals_named
from institutions.isolation.session import acting_as
from institutions.models import Staff
from network.models import Carries
from network.selectors.follows import follows
from network.services.following import follow
from network.services.mail_policy import MAY_SET, set_policy

FOLLOWED = "nolans-package"


@dataclass(frozen=True)
class Set:
    """How many follow now who did not before, and how many institutions let mail carry all."""

    followers: int
    institutions: int


def set_up() -> Set:
    """Every person of the demo follows the Nolans deal, and its institutions let mail carry all. Safe to repeat."""
    followers = 0
    institutions = set()
    for person in Staff.objects.filter(demo=True, is_active=True).select_related("institution"):
        with acting_as(person):
            for deal in deals_named(FOLLOWED):
                if not follows(person, deal):
                    follow(by=person, deal=deal)
                    followers += 1
            if person.role in MAY_SET and person.institution_id not in institutions:
                set_policy(by=person, carries=Carries.FULL)
                institutions.add(person.institution_id)
    return Set(followers, len(institutions))
