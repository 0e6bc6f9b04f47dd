"""How long a former secret stays good beside the one that takes its place, of whatever it is the secret."""

from datetime import timedelta

from django.utils.translation import gettext_noop

from institutions.refusals import Refusal

LONGEST_OVERLAP = timedelta(days=7)
# As forms and the API ask for it.
MOST_HOURS = LONGEST_OVERLAP // timedelta(hours=1)


class BadOverlap(Refusal):
    code = "bad_overlap"
    says = gettext_noop("The former secret stays good for 0 to {most} hours. Choose a number between.")


def check_overlap(overlap: timedelta) -> None:
    """Raises BadOverlap."""
    if not timedelta() <= overlap <= LONGEST_OVERLAP:
        raise BadOverlap(most=MOST_HOURS, pointer="/overlap_hours")
