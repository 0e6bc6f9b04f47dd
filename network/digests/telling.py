"""News as the blocks of a mail: what waits, what runs out, what changed, each as far as the mail may carry it."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from deals.selectors.commitments import owners_of
from deals.selectors.stack import Stack, stacks_of
from deals.sentences import Detail, sentence
from institutions.models import Staff
from network.digests.carrying import Policies
from network.digests.content import Bar, Block, Line, Section
from network.digests.pages import page
from network.digests.picture import MOST_PICTURES, bars, drawn_from
from network.digests.selection import Change, Changes, News
from network.digests.waiting import carries, refused_lines, waiting_lines
from network.models import Carries, Topic

UNNAMED = later("A deal that you follow")
UNNAMED_PROJECT = later("A project that you watch")
LOG_IN = later("Something changed. Log in to read what.")
# Commitments and followed deals are told together, by deal.
_TITLES = (
    (later("What runs out"), {Topic.EXPIRES}),
    (later("What changed"), {Topic.COMMITMENTS, Topic.DEALS}),
    (later("What you watch"), {Topic.WATCHED}),
    (later("Deals that fit your mandates"), {Topic.MATCHING}),
)


@dataclass(frozen=True)
class Telling:
    """The news of one mail with all that it is told by, read at once."""

    news: News
    policies: Policies
    stacks: dict[UUID, Stack]
    # Whose rows the amounts in the stacks are.
    owners: dict[UUID, UUID]

    @classmethod
    def of(cls, person: Staff, news: News) -> "Telling":
        """Eight queries at most, however much there is to tell; one where the reader's mail may carry no amount."""
        policies = Policies(person.institution_id)
        if policies.reader is not Carries.FULL:
            return cls(news, policies, {}, {})
        drawn = (part for part in news.parts if part.topic is not Topic.EXPIRES and not part.about.of_project)
        pictured = dict.fromkeys(part.about.id for part in drawn)
        stacks = stacks_of(list(pictured)[:MOST_PICTURES])
        owners = owners_of(commitment for stack in stacks.values() for commitment in drawn_from(stack))
        return cls(news, policies, stacks, owners)

    def blocks(self) -> list[Block]:
        """In the order in which they stand in the mail; none of them is empty."""
        blocks = []
        parts = [(self._topics(part), part) for part in self.news.parts]
        if self.news.waiting or self.news.refused:
            lines = waiting_lines(self.news.waiting, self.news.labels, self.policies)
            lines += refused_lines(self.news.refused)
            blocks.append(Block(_("What waits for you"), [Section("", page("index"), lines)]))
        for title, topics in _TITLES:
            if of := [part for topic, part in parts if topic in topics]:
                blocks.append(Block(str(title), [self._section(part) for part in of]))
        return blocks

    @property
    def waiting(self) -> int | None:
        """How many wait; None where mail may not carry that of one of them."""
        if any(carries(task, self.news.labels, self.policies) is Carries.LINK_ONLY for task in self.news.waiting):
            return None
        return len(self.news.waiting) + len(self.news.refused)

    def _topics(self, part: Changes) -> Topic:
        """Where a part stands: what mail may not carry at all is not told by the title above it either."""
        may = {self.policies.of(change.owner, public=change.public) for change in part.changes}
        return Topic.DEALS if may == {Carries.LINK_ONLY} else part.topic

    def _section(self, part: Changes) -> Section:
        lines: list[Line] = []
        url = page(part.about.page, part.about.id)
        for change in part.changes:
            may = self.policies.of(change.owner, public=change.public)
            line = Line(self._sentence(change, may), url)
            # 'Something changed' is said once: how often would tell what the mail must not carry.
            if line not in lines or may is not Carries.LINK_ONLY:
                lines.append(line)
        return Section(
            part.about.outside or str(UNNAMED_PROJECT if part.about.of_project else UNNAMED),
            url,
            lines,
            self._picture(part),
        )

    def _sentence(self, change: Change, carries: Carries) -> str:
        match carries:
            case Carries.FULL:
                return sentence(change.event, self.news.names, Detail.FULL, change.size)
            case Carries.NAMES:
                return sentence(change.event, self.news.names, Detail.NAMES)
            case _:
                return str(LOG_IN)

    def _picture(self, part: Changes) -> tuple[Bar, ...]:
        stack = self.stacks.get(part.about.id) if part.topic is not Topic.EXPIRES else None
        if stack is None:
            return ()
        # Each amount is somebody's row, and the target is the registrar's.
        owners = [self.owners.get(commitment) for commitment in drawn_from(stack)] + [part.about.owner]
        told = all(owner and self.policies.of(owner, public=False) is Carries.FULL for owner in owners)
        return bars(stack) if told else ()
