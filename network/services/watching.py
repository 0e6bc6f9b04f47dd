"""Watching a project, a mineral or a country, and no longer."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from deals.selectors.watched import mineral_is_known, project_is_seen
from institutions.models import Staff
from institutions.refusals import NotFound, Refusal
from network.countries import countries
from network.models import Watch


class NoSuchCountry(Refusal):
    code = "no_such_country"
    says = gettext_noop("Give a country by its two letters, such as CL (ISO 3166-1).")


@transaction.atomic
def watch(*, by: Staff, project: UUID | None = None, mineral: UUID | None = None, country: str = "") -> Watch:
    """`by` hears from now on of the deals of one project, mineral or country; watching it already is the same.

    Raises NotFound for a project that is hidden, and NoSuchCountry.
    """
    if project and not project_is_seen(project):
        raise NotFound(what="project")
    if mineral and not mineral_is_known(mineral):
        raise NotFound(what="mineral")
    if not (project or mineral) and country not in countries():
        raise NoSuchCountry(pointer="/country")
    of = {"project_id": project, "mineral_id": mineral, "country": country}
    Watch.objects.bulk_create([Watch(person=by, **of)], ignore_conflicts=True)
    return Watch.objects.get(person=by, ended_at__isnull=True, **of)


def unwatch(*, by: Staff, watch: UUID) -> None:
    """`by` hears no more of it; another's, or one that ended, is the same as none."""
    Watch.objects.filter(person=by, pk=watch, ended_at__isnull=True).update(ended_at=timezone.now())
