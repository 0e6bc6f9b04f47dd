"""Issuing a partner system its client."""

from dataclasses import dataclass

from django.utils.translation import gettext_noop
from oauth2_provider.generators import generate_client_secret
from rapidfuzz import process

from institutions.models import Client, Institution, Staff
from institutions.permissions import SCOPES, Permission, Role, prepares_and_approves
from institutions.refusals import Refusal


class NoSuchInstitution(Refusal):
    code = "no_such_institution"
    says = gettext_noop("There is no institution with the slug '{slug}'. Nearest to it: {nearest}.")


class UnknownScope(Refusal):
    code = "unknown_scope"
    says = gettext_noop("There is no scope {scopes}. Choose from: {known}.")


class TwoHands(Refusal):
    code = "prepares_and_approves"
    says = gettext_noop(
        "One client may not both prepare and approve: four eyes would be two."
        " Issue two clients, answered for by two persons."
    )


class NoSuchPerson(Refusal):
    code = "no_such_person"
    says = gettext_noop("{institution} has no active person {who}. Name one of its staff with --responsible.")


@dataclass(frozen=True)
class Issued:
    """The secret is stored hashed and never shown again."""

    client: Client
    secret: str


def issue_client(*, institution: str, scopes: list[str], name: str = "", responsible: str = "") -> Issued:
    """A client for the institution with this slug. `responsible` is an e-mail; without one a person is chosen.

    Raises NoSuchInstitution, UnknownScope, TwoHands, NoSuchPerson.
    """
    home = Institution.objects.filter(slug=institution).first()
    if home is None:
        raise NoSuchInstitution(slug=institution, nearest=", ".join(_nearest(institution)))
    check_scopes(scopes)
    person = _who_answers(home, scopes, responsible)
    secret: str = generate_client_secret()
    client = Client.objects.create(
        institution=home,
        responsible=person,
        scopes=list(dict.fromkeys(scopes)),
        name=name or f"{home.short_name} partner system",
        client_secret=secret,
        client_type=Client.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Client.GRANT_CLIENT_CREDENTIALS,
    )
    return Issued(client, secret)


def _nearest(typed: str) -> list[str]:
    """Slugs that may be meant: of who is called so in short, before those that are written alike."""
    known = dict(Institution.objects.order_by("slug").values_list("slug", "short_name"))
    called = [slug for slug, short in known.items() if short.lower() == typed.lower()]
    return called or [slug for slug, _score, _place in process.extract(typed.lower(), list(known), limit=3)]


def check_scopes(scopes: list[str]) -> None:
    """Raises UnknownScope, TwoHands."""
    unknown = [scope for scope in scopes if scope not in SCOPES]
    if unknown or not scopes:
        says = ", ".join(f"'{scope}'" for scope in unknown or [""])
        raise UnknownScope(scopes=says, known=", ".join(SCOPES), pointer="/scopes")
    if prepares_and_approves(set(scopes)):
        raise TwoHands(pointer="/scopes")


def _who_answers(home: Institution, scopes: list[str], email: str) -> Staff:
    people = Staff.objects.filter(institution=home, is_active=True, mailbox=False).order_by("joined_at", "email")
    if email:
        found = people.filter(email__iexact=email).first()
    else:
        role = Role.APPROVER if Permission.COMMITMENTS_APPROVE in scopes else Role.OFFICER
        found = people.filter(role=role).first()
    if found is None:
        raise NoSuchPerson(institution=home.short_name, who=email or "to answer for it")
    return found
