"""How the others came into Wattle and out of it again, by the services, or by their rows where that is not today."""

from datetime import UTC, date, datetime, timedelta

from django.db import connection

from deals.models import Deal, DealRole, Party, Reply, RoleKind
from deals.services import inviting
from deals.services.parties import reply
from institutions.isolation.session import acting_as
from institutions.models import Client, Consent, DealTeam, TeamMember
from tests.acts import confirm_waiting
from tests.cast import Cast, in_a_year

DAY = timedelta(days=1)
PARTIES = ("tern", "gull", "ibis", "teal", "swan", "plover")


def invite(cast: Cast, bank: str, *, on: date, nda: date | None = None, confirmed: bool = True) -> Party:
    with acting_as(cast.ada):
        made = inviting.invite(by=cast.ada, deal=cast.deal, institution=cast.bank(bank), on=on, nda_signed_on=nda,
                               nda_expires_on=in_a_year() if nda else None)  # fmt: skip
    if confirmed:
        confirm_waiting(cast, made, by="abe")
    return made


def before(cast: Cast) -> dict[str, Party]:
    """Before anything is told: parties."""
    today = date.today()
    made = {bank: invite(cast, bank, on=today, nda=today) for bank in PARTIES}
    made["heron"] = invite(cast, "heron", on=today, nda=today + DAY)
    made["dove"] = invite(cast, "dove", on=today + DAY)
    return made


def coordinator(cast: Cast, bank: str, kind: RoleKind = RoleKind.COORDINATOR) -> None:
    with acting_as(cast.ada):
        role = inviting.name_role(by=cast.ada, deal=cast.deal, institution=cast.bank(bank), role=kind)
    confirm_waiting(cast, role, by="abe")


def after(cast: Cast, parties: dict[str, Party]) -> None:
    """After letters were told: later coordinators, and who went."""
    for bank in ("crane", "finch", "raven", "eider"):
        coordinator(cast, bank)
    coordinator(cast, "robin", RoleKind.BOOKRUNNER)
    with acting_as(cast.mina):
        Consent.objects.create(owner=cast.bank("hanok"), deal_id=cast.deal.pk, institution=cast.bank("finch"))
    with acting_as(cast.ada):
        role = DealRole.objects.get(institution=cast.bank("raven"))
        inviting.end_role(by=cast.ada, role=role, on=date.today())
        Party.objects.filter(pk=parties["gull"].pk).update(left_on=date.today())
        Party.objects.filter(pk=parties["plover"].pk).update(nda_expires_on=date.today() + DAY)
        Party.objects.filter(pk=parties["ibis"].pk).update(nda_expires_on=date.today())
    invite(cast, "stork", on=date.today(), nda=date.today(), confirmed=False)
    with acting_as(cast.people["tara"]):
        reply(by=cast.people["tara"], party=Party.objects.get(pk=parties["tern"].pk), answer=Reply.ACCEPTED)
        reply(by=cast.people["tara"], party=Party.objects.get(pk=parties["tern"].pk), answer=Reply.LEFT)


def team(cast: Cast, clients: dict[str, Client]) -> None:
    """Hanok's teams. Of Wattle: its system is on it; Mora was, Milo will be, and Moss moved to Rhein."""
    now = datetime.now(UTC)
    with acting_as(cast.mina):
        team = DealTeam.objects.get(deal_id=cast.deal.pk, ended_at=None)
        for person, starts, ends in (
            (clients["hanok's system"].pk, now - DAY, now + 365 * DAY),
            (clients["a system of who moved"].pk, now - DAY, now + 365 * DAY),
            (cast.people["moss"].pk, now - DAY, now + 365 * DAY),
            (cast.people["milo"].pk, now + DAY, now + 365 * DAY),
            (cast.people["nils"].pk, now - DAY, now + DAY),
            (cast.people["mora"].pk, now - DAY, now + DAY),
        ):
            TeamMember.objects.create(
                owner=cast.bank("hanok"), deal_id=cast.deal.pk, team=team, person_id=person, starts=starts, ends=ends
            )
    with acting_as(cast.mina):
        TeamMember.objects.filter(person_id=cast.people["mora"].pk).update(ends=now - timedelta(hours=1))
    # Dami is on the team of another deal; Plover's officer is all of its team.
    for who, slug in (("dami", "news"), ("piet", "wattle")):
        person = cast.people[who]
        with acting_as(person), connection.cursor() as cursor:
            cursor.execute("SELECT wall.wall_off(%s, %s)", [Deal.objects.get(slug=slug).pk, [person.pk]])
    moss = cast.people["moss"]
    moss.institution = cast.bank("rhein")
    moss.save()
    cass = cast.people["cass"]
    cass.is_active = False
    cass.save()
