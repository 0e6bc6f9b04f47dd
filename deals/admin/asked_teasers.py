"""What an approver confirms of teasers: every fact that would be told, made of the rows themselves."""

from datetime import UTC
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from deals.admin.words import words
from deals.models import Mineral, Teaser
from deals.money import Money, figure
from deals.plain import plain
from deals.sentences.words import instrument_word, listed
from institutions.models import Approval


def told(row: Teaser, minerals: dict[str, str]) -> list[tuple[str, str]]:
    """A teaser's facts by name; what is not told has none. `minerals` are names by their codes."""
    facts = (
        (_("Minerals"), listed(minerals.get(code, code) for code in row.minerals)),
        (_("Where"), row.place),
        (_("Stage"), words(row.stage)),
        (_("Target"), figure(Money(row.target, row.currency)) if row.target else ""),
        (_("Instruments sought"), listed(instrument_word(code) for code in row.instruments)),
        (_("Purposes sought"), listed(words(code) for code in row.purposes)),
        (_("Reply to"), row.reply_to),
    )
    return [(name, said) for name, said in facts if said]


def names_of(codes: list[str]) -> dict[str, str]:
    """The names of minerals."""
    return dict(Mineral.objects.filter(slug__in=codes).values_list("slug", "name"))


def asked_of_teasers(found: list[Approval]) -> dict[UUID, list[str]]:
    """By the teaser that would be released: whom it tells what, until when. Two questions at most."""
    rows = [each.row_id for each in found if each.table == Teaser._meta.db_table]
    if not rows:
        return {}
    teasers = list(Teaser.objects.filter(pk__in=rows).select_related("to"))
    minerals = names_of([code for row in teasers for code in row.minerals])
    return {row.pk: _said(row, minerals) for row in teasers}


def _said(row: Teaser, minerals: dict[str, str]) -> list[str]:
    head = _("%(institution)s is told of '%(name)s' until %(until)s UTC.") % {
        "institution": row.to.name,
        "name": plain(row.code_name, 60),
        "until": date_format(row.until.astimezone(UTC), _("j M Y, H:i")),
    }
    facts = [_("%(name)s: %(fact)s.") % {"name": name, "fact": plain(said, 300)} for name, said in told(row, minerals)]
    words_ = _("In your institution's words: %(words)s") % {"words": plain(row.words, 1000)}
    return [head, *facts, *([words_] if row.words else [])]
