"""Who looks, beside the cast: one of each kind of asker that could be mistaken for another.

Each bank of `OTHERS` has one officer, named after it. What became of it in Wattle is done in `letting_in.py`.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from institutions.isolation.session import System, acting_as
from institutions.models import Client, Institution, Membership, Network, Staff
from tests.cast import PASSWORD, Cast

OTHERS = {
    # slug: (its officer, membership, network)
    "tern": ("tara", "member", "msn"),  # was a party, and left by its own word
    "gull": ("gina", "member", "msn"),  # was a party, until the registrar ended it
    "ibis": ("igor", "member", "msn"),  # its NDA ended; still invited
    "heron": ("hans", "member", "msn"),  # its NDA begins tomorrow; invited
    "stork": ("stig", "member", "msn"),  # its invitation waits for a second person
    "dove": ("dina", "member", "msn"),  # is invited from tomorrow on
    "crane": ("cleo", "member", "msn"),  # a later coordinator, without consent
    "finch": ("fay", "member", "msn"),  # a later coordinator, with Hanok's consent
    "raven": ("ravi", "member", "msn"),  # was a coordinator
    "robin": ("rosa", "member", "msn"),  # a bookrunner, which lets it into nothing
    "teal": ("tove", "member", "msn"),  # a party, which the registrar ends in `happening.py`
    "swan": ("siri", "member", "msn"),  # a party, which leaves there
    "plover": ("piet", "member", "msn"),  # a party with a deal team, whose NDA ends tomorrow; there it ends today
    "eider": ("else", "member", "msn"),  # a coordinator, whose role ends there
    "quail": ("quin", "suspended", "msn"),  # suspended in the network; was named until yesterday
    "swift": ("sven", "applicant", "msn"),  # no member yet; is named from tomorrow on
    "wren": ("wanda", "member", "past"),  # a member of the network that ended only
    "lark": ("lea", "member", "lone"),  # a member of a network that ended without a successor
}
# More people of the cast's banks.
MORE = {
    # who: (institution, role)
    "mora": ("hanok", "officer"),  # was on the deal team until yesterday
    "milo": ("hanok", "officer"),  # is on it from tomorrow on
    "nils": ("hanok", "officer"),  # is on it until tomorrow
    "moss": ("hanok", "officer"),  # on it; moves to Rhein
    "cass": ("rhein", "officer"),  # suspended
    "rhea": ("rhein", "viewer"),
}


NOBODY = UUID(int=0)


@dataclass(frozen=True)
class Principal:
    """Somebody who asks: `kind` and `id` as `wall.act` takes them."""

    name: str
    kind: str = "nobody"
    id: UUID = NOBODY


def come(cast: Cast) -> dict[str, Network]:
    """Makes them all, and two networks that ended: one has become the cast's, the other nothing."""
    desk, today = cast.bank("desk"), date.today()
    with acting_as(System("cast", desk.pk)):
        past = Network.objects.create(code="past", name="Past", founded_on=date(2020, 1, 1), ended_on=date(2024, 9, 22))
        lone = Network.objects.create(code="lone", name="Lone", founded_on=date(2020, 1, 1), ended_on=date(2024, 9, 22))
        Network.objects.filter(pk=cast.network.pk).update(predecessor=past)
        networks = {"msn": cast.network, "past": past, "lone": lone}
        for slug, (officer, status, network) in OTHERS.items():
            cast.banks[slug] = Institution.objects.create(
                slug=slug, name=f"{slug.title()} Bank", short_name=slug.title(), country="SE", kind="commercial_bank"
            )
            Membership.objects.create(
                institution=cast.banks[slug], network=networks[network], status=status, since=date(2020, 1, 1)
            )
            _person(cast, officer, slug, "officer")
        # Corner was a member until yesterday.
        Membership.objects.create(institution=cast.bank("corner"), network=cast.network, status="member",
                                  since=date(2024, 9, 23), until=today - timedelta(days=1))  # fmt: skip
        for who, (bank, role) in MORE.items():
            _person(cast, who, bank, role)
    return networks


def _person(cast: Cast, who: str, bank: str, role: str) -> None:
    cast.people[who] = Staff.objects.create_user(
        f"{who}@{bank}.example", PASSWORD, institution=cast.bank(bank), role=role, name=who.title()
    )


def systems(cast: Cast) -> dict[str, Client]:
    """Partner systems: Hanok's on and off its deal team, a rival's, one switched off, one whose person is suspended."""
    made = {}
    for name, bank, responsible, active in (
        ("hanok's system", "hanok", "mina", True),
        ("hanok's system off the team", "hanok", "mina", True),
        ("rhein's system", "rhein", "rolf", True),
        ("a system switched off", "rhein", "rolf", False),
        ("a system of a suspended person", "rhein", "cass", True),
        ("a system of who moved", "hanok", "moss", True),
    ):
        made[name] = Client.objects.create(
            name=name, institution=cast.bank(bank), responsible=cast.people[responsible], client_type="confidential",
            authorization_grant_type="client-credentials", is_active=active,
        )  # fmt: skip
    return made


def principals(cast: Cast, clients: dict[str, Client]) -> list[Principal]:
    """All who ask; among them some who can't act any more."""
    found = [Principal(name, "person", person.pk) for name, person in cast.people.items()]
    found += [Principal(name, "client", client.pk) for name, client in clients.items()]
    return [*found, Principal("a job of hanok's", "system", cast.bank("hanok").pk), Principal("nobody")]
