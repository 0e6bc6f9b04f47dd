"""The network's picture on one page, for ministers: a PDF in its reader's language."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from deals.admin.network_picture import CLASSES, ShownLine, chain_lines, mineral_lines, shown_concentration, whole_of
from deals.briefing import Bar, Briefing, drawn
from deals.selectors.concentration import concentration
from deals.selectors.network_picture import Picture, financed_projects, network_picture
from deals.sentences.concentration import Said
from deals.sentences.days import day_in_words
from deals.sentences.words import word
from institutions.admin.site import site
from institutions.isolation import moment

# So much is read on one page.
MOST_LINES = 9


@site.page("picture/briefing.pdf", name="network_briefing")
def briefing(_request: HttpRequest) -> HttpResponseBase:
    """As every member reads it; only what is planned and compared stands in its table."""
    seen = network_picture()
    changes = [line for line in shown_concentration(concentration(financed_projects())) if line.compared]
    planned = [line for line in changes if line.falls is not None]
    answer = HttpResponse(drawn(_said(seen, planned, len(changes) - len(planned))), content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="network-picture.pdf"'
    return answer


def _said(seen: Picture, changes: list[Said], others: int) -> Briefing:
    whole, today = whole_of(seen), day_in_words(moment.today())
    names = {"day": today, "currency": seen.currency}
    rates = day_in_words(seen.rates_on) if seen.rates_on else ""
    classes = tuple(word(cls.value) for cls in CLASSES)
    sources = sorted({f"{line.source} ({line.basis})" for line in changes[:MOST_LINES]})
    notes = [
        _("From what is told to the network or to everyone. Classes of firmness stand beside each other and are never "
          "added; cover is no money. A deal of several minerals counts under each."),
        _("Planned output of projects with firm money, on top of today's output by country. HHI: the squared shares of "
          "countries added, 10,000 where one has all; a range where countries are not told one by one."),
    ]  # fmt: skip
    if others:
        notes.append(_("Of %(n)s more minerals nothing that is planned is known or convertible.") % {"n": others})
    if sources:
        notes.append(_("Sources: %(sources)s.") % {"sources": "; ".join(sources)})
    return Briefing(
        language=(get_language() or "en")[:2],
        title=_("What the network finances"),
        subtitle=(
            _("%(day)s; in millions of %(currency)s at rates of %(rates)s") % (names | {"rates": rates})
            if rates
            else _("%(day)s; in millions of %(currency)s, other currencies not converted") % names
        ),
        figures=[
            *(
                (name, amount.text, _unknown(amount.unknown))
                for name, amount in zip(classes, whole.money, strict=True)
            ),
            (_("Firm cover"), whole.cover.text, _unknown(whole.cover.unknown)),
            (_("Gap of open deals, at most"), whole.gap.text, _unknown(whole.gap.unknown)),
        ],

        classes=(classes[0], classes[1], classes[2]),
        charts=[
            (_("By mineral"), [_bar(line) for line in mineral_lines(seen)[:MOST_LINES]]),
            (_("By stage of the supply chain"), [_bar(line) for line in chain_lines(seen)]),
        ],
        changes_title=_("What it changes in the world's output"),
        heads=(
            _("Mineral"), _("Planned a year"), _("Of the world's output"), _("Largest producer"), _("HHI"), _("Change"),
        ),
        changes=[
            (
                (_subject(line), line.planned, line.of_world, line.top_shares, line.index, line.change),
                line.before,
                line.after,
            )
            for line in changes[:MOST_LINES]
        ],
        none_yet=_("Nothing is told to the network yet."),
        notes=notes,
    )  # fmt: skip


def _bar(line: ShownLine) -> Bar:
    widths, texts = [width for _cls, width in line.bars], [amount.text for amount in line.money]
    return Bar(line.name, (widths[0], widths[1], widths[2]), (texts[0], texts[1], texts[2]))


def _subject(line: Said) -> str:
    return _("%(mineral)s, %(stage)s") % {"mineral": line.mineral, "stage": line.stage}


def _unknown(unknown: int) -> str:
    return _("and %(n)s of unknown amount") % {"n": unknown} if unknown else ""
