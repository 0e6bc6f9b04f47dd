"""Partner systems as an institution keeps them: its admin issues them, whoever answers for one has its secret."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from jwcrypto.common import JWException
from jwcrypto.jwk import JWK
from oauth2_provider.generators import generate_client_secret

from institutions.constraints import rules_hold
from institutions.models import Client, Staff
from institutions.permissions import Permission
from institutions.refusals import NotFound, Refusal, Stale
from institutions.services.acting import must
from institutions.services.clients import NoSuchPerson, check_scopes
from institutions.services.overlap import check_overlap

SMALLEST_RSA = 3072
KINDS = {"EC", "OKP", "RSA"}
CURVES = {"P-256", "P-384", "Ed25519"}
MOST_KEYS = 5
LONGEST_KID = 200


class NotTheirs(Refusal):
    code = "not_answered_for"
    says = gettext_noop(
        "Only {who} answers for this system, and alone has its secret. Ask them, or issue another system."
    )
    status = 403


class CannotAnswer(Refusal):
    code = "cannot_answer"
    says = gettext_noop("{who} may not do themselves what the system is for ({scopes}). Choose somebody who may.")


class SystemRevoked(Refusal):
    code = "client_revoked"
    says = gettext_noop("This system was revoked, for good. Issue another.")
    status = 409


class BadKeys(Refusal):
    code = "bad_keys"
    says = gettext_noop(
        "{why}. Paste a JSON Web Key Set of public keys: EC (P-256, P-384), Ed25519, or RSA of 3,072 bits and more."
    )


@dataclass(frozen=True)
class Handed:
    """A secret that is shown once; the one of before is good until `former_until`."""

    client: Client
    secret: str


@transaction.atomic
def issue(*, by: Staff, name: str, scopes: list[str], responsible: Staff) -> Client:
    """A partner system without a secret yet: whoever answers for it makes that, and alone is shown it.

    Raises UnknownScope, TwoHands, NoSuchPerson, CannotAnswer.
    """
    must(by, Permission.STAFF_MANAGE, "issue partner systems")
    check_scopes(scopes)
    if responsible.institution_id != by.institution_id or not responsible.is_active:
        raise NoSuchPerson(institution=by.institution.short_name, who=_("of that name"), pointer="/responsible")
    beyond = [scope for scope in scopes if not responsible.may(Permission(scope))]
    if beyond:
        raise CannotAnswer(who=responsible.name, scopes=", ".join(beyond), pointer="/responsible")
    with rules_hold():
        made: Client = Client.objects.create(
            institution=by.institution,
            responsible=responsible,
            scopes=list(dict.fromkeys(scopes)),
            name=name,
            # Nothing that anybody could show.
            client_secret=make_password(None),
            hash_client_secret=False,
            client_type=Client.CLIENT_CONFIDENTIAL,
            authorization_grant_type=Client.GRANT_CLIENT_CREDENTIALS,
        )
    return made


@transaction.atomic
def change_secret(*, by: Staff, client: Client, overlap: timedelta = timedelta()) -> Handed:
    """A new secret; the one of before stays good until `overlap` is over.

    Raises NotTheirs, SystemRevoked, BadOverlap.
    """
    _answers(by, client)
    check_overlap(overlap)
    secret: str = generate_client_secret()
    until = timezone.now() + overlap if overlap else None
    _put(
        client,
        former_secret=client.client_secret if until else "",
        former_until=until,
        client_secret=make_password(secret),
    )
    return Handed(client, secret)


@transaction.atomic
def put_keys(*, by: Staff, client: Client, key_set: str) -> None:
    """The public keys with which the system signs, in place of those of before; with any, no secret is taken any more.

    An empty text takes the keys off. Raises NotTheirs, SystemRevoked, BadKeys.
    """
    _answers(by, client)
    _put(client, keys=_read(key_set) if key_set.strip() else [])


@transaction.atomic
def revoke(*, by: Staff, client: Client) -> None:
    """Ends a system at once, with all of its tokens. Its admin may, and whoever answers for it."""
    if client.institution_id != by.institution_id:
        raise NotFound(what="client")
    if by.pk != client.responsible_id:
        must(by, Permission.STAFF_MANAGE, "revoke partner systems")
    with rules_hold():
        if Client.objects.filter(pk=client.pk, is_active=True).update(is_active=False) != 1:
            raise SystemRevoked
    client.refresh_from_db()


def _answers(by: Staff, client: Client) -> None:
    # As it stands, and stays until this is done: of two changes the second sees the first.
    client.refresh_from_db(from_queryset=Client.objects.select_for_update())
    if client.institution_id != by.institution_id:
        raise NotFound(what="client")
    if by.pk != client.responsible_id:
        raise NotTheirs(who=client.responsible.name if client.responsible else _("Nobody"))
    if not client.is_active:
        raise SystemRevoked


def _put(client: Client, **facts: Any) -> None:
    with rules_hold():
        if Client.objects.filter(pk=client.pk, is_active=True).update(**facts) != 1:
            raise Stale
    client.refresh_from_db()


def _read(text: str) -> list[dict[str, Any]]:
    try:
        given = json.loads(text)
        found = [JWK(**key) for key in given.get("keys", [given])]
    except (JWException, ValueError, TypeError, AttributeError, RecursionError):
        raise BadKeys(why=_("That is no key set"), pointer="/keys") from None
    if not 1 <= len(found) <= MOST_KEYS:
        raise BadKeys(why=_("There are 1 to %(most)s keys in a set") % {"most": MOST_KEYS}, pointer="/keys")
    for key in found:
        _check(key)
    public = [key.export_public(as_dict=True) for key in found]
    for key in public:
        kid = key.get("kid", "")
        if not (isinstance(kid, str) and kid.isprintable() and len(kid) <= LONGEST_KID):
            raise BadKeys(why=_("A kid is a text of %(most)s letters at most") % {"most": LONGEST_KID}, pointer="/keys")
    if len({key.get("kid") for key in public}) < len(public):
        raise BadKeys(why=_("Each key has a kid of its own"), pointer="/keys")
    return public


def _check(key: JWK) -> None:
    kind = key.get("kty")
    if kind not in KINDS:
        raise BadKeys(why=_("A key is of no kind that is taken"), pointer="/keys")
    if key.has_private:
        raise BadKeys(why=_("This is a private key, which nobody but your system may ever have"), pointer="/keys")
    strong = key.get_op_key("verify").key_size >= SMALLEST_RSA if kind == "RSA" else key.get("crv") in CURVES
    if not strong:
        raise BadKeys(why=_("A key is too weak, or of a curve that is not taken"), pointer="/keys")
