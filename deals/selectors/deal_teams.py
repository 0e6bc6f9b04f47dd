"""The insider list of a deal: who is on the asker's own deal team, who was, and who put them there."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import Case, F, When

from institutions.isolation import moment
from institutions.models import Client, DealTeam, Event, Staff, TeamMember
from institutions.selectors.reading import Shape, instant, versioned
from institutions.selectors.who_sees import names_of

# Later than this is no end; the database's 'infinity' is no date of Python's.
_FOREVER = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Insider:
    """One time of one person or client on the team."""

    id: UUID
    person_id: UUID
    kind: str
    name: str
    starts: datetime
    until: datetime | None
    state: str
    added_by: str


@dataclass(frozen=True)
class Team:
    """A wall with its people: present and coming ones, and those of earlier."""

    row: DealTeam
    people: tuple[Insider, ...]
    earlier: tuple[Insider, ...]


def team_of(deal_id: UUID, institution_id: UUID) -> DealTeam | None:
    """The wall that stands; only who is on it sees it."""
    return DealTeam.objects.filter(owner_id=institution_id, deal_id=deal_id, ended_at__isnull=True).first()


def insiders(team: DealTeam) -> Team:
    """A question for the list, one for the log, and one for each kind of name."""
    rows = list(
        TeamMember.objects.filter(team=team)
        .annotate(until=Case(When(ends__lt=_FOREVER, then=F("ends"))))
        .order_by("starts", "id")
        .values("id", "person_id", "starts", "until")
    )
    added = dict(
        Event.objects.filter(row_id__in=[row["id"] for row in rows], action="created").values_list("row_id", "actor")
    )
    actors = {key: _id_of(actor) for key, actor in added.items()}
    names = names_of([*(row["person_id"] for row in rows), *(who for who in actors.values() if who)])
    now = moment.now()
    people: list[Insider] = []
    earlier: list[Insider] = []
    for row in rows:
        kind, name = names.get(row["person_id"], ("person", "A former colleague"))
        ended = row["until"] is not None and row["until"] <= max(now, row["starts"])
        state = "ended" if ended else "coming" if row["starts"] > now else "live"
        by = names.get(actors.get(row["id"]) or row["id"], ("", "the registry"))[1]
        insider = Insider(row["id"], row["person_id"], kind, name, row["starts"], row["until"], state, by)
        (earlier if ended else people).append(insider)
    return Team(team, tuple(people), tuple(earlier))


def shape_of(team: Team) -> Shape:
    """The team as the API tells it to who is on it."""
    return versioned(
        {
            "id": team.row.pk,
            "deal": team.row.deal_id,
            "since": instant(team.row.created_at),
            "members": [_member(each) for each in team.people],
            "earlier": [_member(each) for each in team.earlier],
            "demo": team.row.demo,
        }
    )


def candidates(institution_id: UUID) -> tuple[list[Staff], list[Client]]:
    """The institution's own active people and clients."""
    mine = {"institution_id": institution_id, "is_active": True}
    # A functional mailbox is read by whoever is there: on a team it would be a hole in the wall.
    return list(Staff.objects.filter(**mine, mailbox=False).order_by("name", "id")), list(
        Client.objects.filter(**mine).order_by("name", "id")
    )


def _member(each: Insider) -> Shape:
    return {
        "id": each.id,
        "person": each.person_id,
        "kind": each.kind,
        "name": each.name,
        "starts": instant(each.starts),
        "until": instant(each.until),
        "state": each.state,
        "added_by": each.added_by,
    }


def _id_of(actor: str) -> UUID | None:
    """The person or client that the log names; a job is neither."""
    kind, _, key = actor.partition(":")
    return UUID(key) if kind in ("person", "client") else None
