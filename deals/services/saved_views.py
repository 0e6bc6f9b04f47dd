"""Views of the pipeline that are kept under a name."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from deals.models import SavedView
from institutions.models import Staff
from institutions.permissions import Permission
from institutions.refusals import Refusal
from institutions.services.acting import must

# Beyond these nobody finds one.
MOST = 40


class TooManyViews(Refusal):
    code = "too_many_views"
    says = gettext_noop("There are {most} saved views already. Remove one that is not needed first.")


@transaction.atomic
def save_view(*, by: Staff, name: str, filters: str, shared: bool = False, pinned: bool = False) -> SavedView:
    """Keeps `filters` (a query string) for `by`, or for the whole institution (`shared`), which officers do.

    Raises Forbidden and TooManyViews.
    """
    if shared:
        must(by, Permission.DEALS_WRITE, "keep a view for everybody in the institution")
    person = None if shared else by
    of = SavedView.objects.filter(institution_id=by.institution_id, person=person, ended_at=None)
    if of.count() >= MOST:
        raise TooManyViews(most=MOST)
    return SavedView.objects.create(
        institution_id=by.institution_id, person=person, name=name, filters=filters, pinned=pinned
    )


def end_view(*, by: Staff, view: UUID) -> bool:
    """Whether there was one to end: one's own, or one of the institution's for its officers."""
    # The policy says which it may.
    found = SavedView.objects.filter(pk=view, institution_id=by.institution_id, ended_at=None)
    return found.update(ended_at=timezone.now()) == 1
