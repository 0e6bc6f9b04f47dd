"""What waits for a mail's reader, as lines: what kind, of which deal and day, as mail may carry it."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from deals.plain import plain
from deals.selectors.naming import Label
from deals.selectors.tasks import Kind, Task
from deals.sentences.words import listed
from network.digests.carrying import ORDER, Policies
from network.digests.content import Line
from network.digests.pages import page
from network.models import Carries, RefusedAddress

# What stands in a sentence, the page that opens, and what its day is.
_SAYS = {
    Kind.APPROVAL: (later("An approval waits for you"), "approvals", later("prepared %(day)s")),
    Kind.LINE: (
        later("A line of an allocation waits for your institution's answer"),
        "deals_allocationline",
        later("since %(day)s"),
    ),
    Kind.OFFER: (later("A transfer is offered to your institution"), "deals_deal_change", later("as of %(day)s")),
    Kind.PROPOSAL: (
        later("An agent's proposal waits for your institution's word"),
        "deals_commitment_change",
        later("as of %(day)s"),
    ),
    Kind.QUESTION: (
        later("A question waits for your institution's answer"),
        "deals_question_answer",
        later("asked %(day)s"),
    ),
    Kind.CONDITION: (later("A condition precedent is due"), "deals_condition_change", later("by %(day)s")),
    Kind.AVAILABILITY: (
        later("Money can be drawn until then only"),
        "deals_commitment_change",
        later("until %(day)s"),
    ),
}
SOMETHING = later("Something waits for you. Log in to read what.")


def waiting_lines(tasks: Iterable[Task], labels: Mapping[UUID, Label], policies: Policies) -> list[Line]:
    """A line for each; what mail may not carry is said once."""
    lines: list[Line] = []
    for task in tasks:
        line = _line(task, labels.get(task.deal) if task.deal else None, carries(task, labels, policies))
        if line not in lines:
            lines.append(line)
    return lines


def carries(task: Task, labels: Mapping[UUID, Label], policies: Policies) -> Carries:
    """As its own institution lets it, and whoever registered the deal."""
    deal = labels.get(task.deal) if task.deal else None
    owners = [task.owner, *([deal.owner] if deal else [])]
    return min((policies.of(owner, public=False) for owner in owners), key=ORDER.index)


def refused_lines(refused: Iterable[RefusedAddress]) -> list[Line]:
    """Of colleagues, to whoever keeps their accounts; no deal is in it, so it is told whatever mail may carry."""
    return [
        Line(
            _("Mail to %(name)s comes back since %(day)s: none is sent until the account has another address.")
            % {"name": plain(each.person.name), "day": date_format(each.refused_at)},
            page("mail"),
        )
        for each in refused
    ]


def _line(task: Task, deal: Label | None, may: Carries) -> Line:
    if may is Carries.LINK_ONLY:
        return Line(str(SOMETHING), page("index"))
    says, name, day = _SAYS[task.kind]
    told = _("%(deal)s: %(says)s") % {"deal": deal.outside or _("A deal"), "says": says} if deal else str(says)
    if may is Carries.FULL:
        told = listed((told, str(day) % {"day": date_format(task.day)}))
        told = _("%(head)s: %(facts)s") % {"head": told, "facts": task.text} if task.text else told
    return Line(_("%(text)s.") % {"text": told}, page(name, *([] if name == "approvals" else [task.about])))
