"""What waits for a mail's reader, as lines: what kind, of which deal and day, as mail may carry it."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from deals.plain import plain
from deals.selectors.naming import DealLabel
from deals.selectors.tasks import Kind, Task
from network.digests.carrying import ORDER, Policies
from network.digests.content import Line
from network.digests.pages import page
from network.models import Carries, RefusedAddress

# What stands in a sentence, the page that opens, and what its day is.
_SAYS = {
    Kind.APPROVAL: ("An approval waits for you", "approvals", "prepared"),
    Kind.LINE: ("A line of an allocation waits for your institution's answer", "deals_allocationline", "since"),
    Kind.OFFER: ("A transfer is offered to your institution", "deals_deal_change", "as of"),
    Kind.PROPOSAL: ("An agent's proposal waits for your institution's word", "deals_commitment_change", "as of"),
    Kind.QUESTION: ("A question waits for your institution's answer", "deals_question_answer", "asked"),
    Kind.CONDITION: ("A condition precedent is due", "deals_condition_change", "by"),
    Kind.AVAILABILITY: ("Money can be drawn until then only", "deals_commitment_change", "until"),
}
SOMETHING = "Something waits for you. Log in to read what."


def waiting_lines(tasks: Iterable[Task], labels: Mapping[UUID, DealLabel], policies: Policies) -> list[Line]:
    """A line for each; what mail may not carry is said once."""
    lines: list[Line] = []
    for task in tasks:
        line = _line(task, labels.get(task.deal) if task.deal else None, carries(task, labels, policies))
        if line not in lines:
            lines.append(line)
    return lines


def carries(task: Task, labels: Mapping[UUID, DealLabel], policies: Policies) -> Carries:
    """As its own institution lets it, and whoever registered the deal."""
    deal = labels.get(task.deal) if task.deal else None
    owners = [task.owner, *([deal.owner] if deal else [])]
    return min((policies.of(owner, public=False) for owner in owners), key=ORDER.index)


def refused_lines(refused: Iterable[RefusedAddress]) -> list[Line]:
    """Of colleagues, to whoever keeps their accounts; no deal is in it, so it is told whatever mail may carry."""
    return [
        Line(
            f"Mail to {plain(each.person.name)} comes back since {each.refused_at:%-d %B %Y}:"
            " none is sent until the account has another address.",
            page("mail"),
        )
        for each in refused
    ]


def _line(task: Task, deal: DealLabel | None, may: Carries) -> Line:
    if may is Carries.LINK_ONLY:
        return Line(SOMETHING, page("index"))
    says, name, day = _SAYS[task.kind]
    told = f"{deal.outside or 'A deal'}: {says}" if deal else says
    if may is Carries.FULL:
        told += f", {day} {task.day:%-d %B %Y}"
        told += f": {task.text}" if task.text else ""
    return Line(f"{told}.", page(name, *([] if name == "approvals" else [task.about])))
