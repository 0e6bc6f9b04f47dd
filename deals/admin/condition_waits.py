"""What a condition waits for, as its page says it."""

from django.utils.translation import gettext as _

from deals.admin.words import words
from deals.models import Commitment, Condition
from deals.selectors.conditions import waits
from deals.sentences.words import in_row


def waits_in_words(row: Condition) -> str:
    """As far as the asker still sees it; nothing where it waits for nothing."""
    found = list(waits().filter(condition=row))
    named = {wait.seen_commitment for wait in found} - {None}
    commitments = {c.pk: c for c in Commitment.objects.filter(pk__in=named).select_related("institution")}
    shared = {c.pk: c for c in Condition.objects.filter(pk__in={wait.seen_shared for wait in found})}
    said = []
    for wait in found:
        if wait.seen_commitment:
            awaited = commitments[wait.seen_commitment]
            says = _("%(owner)s's commitment to be %(stage)s")
            said.append(says % {"owner": awaited.institution.short_name, "stage": words(wait.stage)})
        elif wait.seen_shared:
            said.append(_("the deal's condition '%(text)s'") % {"text": shared[wait.seen_shared].text})
        else:
            said.append(_("something that you can't see any more"))
    return in_row(said)
