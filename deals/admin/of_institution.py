"""What an institution's page tells of its commitments, as far as the reader sees them."""

from collections import Counter
from uuid import UUID

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from deals.admin.lines import ShownCommitment
from deals.admin.words import class_badge
from deals.lifecycle import STAGES, Class
from deals.models import Commitment
from deals.selectors.deal_page import CommitmentLine, with_sizes
from institutions.admin.institutions import BENEATH

NEWEST = 30


def commitments(request: HttpRequest, institution: UUID) -> SafeString:
    """The newest, and how many there are of each class; amounts of different firmness are not added."""
    found = Commitment.objects.filter(institution_id=institution, replaced_by=None)
    stages = Counter(found.order_by().values_list("stage", flat=True))
    classes = {cls: sum(n for stage, n in stages.items() if STAGES[stage].cls is cls) for cls in Class}
    said = {STAGES[stage].cls: stage for stage in stages}
    rows = with_sizes(found).prefetch_related("deal").order_by("-told_at", "id")[:NEWEST]
    facts = {
        "lines": [ShownCommitment(CommitmentLine(row)) for row in rows],
        "all": stages.total(),
        "more": stages.total() > NEWEST,
        "classes": [(class_badge(said[cls]), classes[cls]) for cls in reversed(Class) if cls in said],
    }
    return SafeString(render_to_string("admin/parts/of_institution.html", facts, request))


BENEATH.append(commitments)
