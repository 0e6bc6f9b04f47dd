"""What is told of the book, in sentences."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from deals.sentences.making import Said, Told
from deals.sentences.words import given


def _book_line(told: Told) -> Said:
    """The addressee's own line, with its figure or that there is none."""
    after = told.after
    head = _("%(owner)s told %(who)s the book status") % {"owner": told.owner(), "who": told.by()}
    if after.get("share") is None:
        return Said(head, (_("withheld"),))
    least = _("others cover at least %(share)s %% of the target") % {"share": after["share"]}
    return Said(head, given(least, _("as of %(day)s") % {"day": after["as_of"]}))


MAKERS: dict[str, Callable[[Told], Said]] = {"deals_bookline": _book_line}
