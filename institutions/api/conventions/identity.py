"""Who asks: a client by its token, or a person by the session of the web admin."""

import hashlib
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import F, Func, Model, QuerySet, UUIDField, Value
from django.db.models.functions import Now
from oauth2_provider.models import get_access_token_model
from oauth2_provider.scopes import BaseScopes
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from institutions.api.conventions.problems import Problem
from institutions.asked import asked_by
from institutions.compiled import compiled
from institutions.isolation.middleware import bearer_of
from institutions.models import Client, Institution, Staff
from institutions.permissions import SCOPES, Permission
from institutions.selectors.reading import Row
from institutions.services.acting import as_it_stands
from institutions.services.second_factor import lacks_second_factor

AccessToken = get_access_token_model()
M = TypeVar("M", bound=Model)
CHALLENGE = 'Bearer realm="orebook"'


@dataclass(frozen=True)
class Token:
    """What a client came with: the token's key, and what it lets its client do."""

    pk: int
    scopes: frozenset[str]


# Read as value rows: its parts, each with the model that it becomes.
_PARTS: dict[str, type[Model]] = {
    "application__": Client,
    "application__institution__": Institution,
    "application__responsible__": Staff,
}
_COLUMNS = {prefix: [field.attname for field in model._meta.concrete_fields] for prefix, model in _PARTS.items()}
_CHECKSUM = "checksum"


def _of_token(token: str) -> tuple[Client, Token] | None:
    """The client whose token this is, with its institution and the person who answers for it; None where it is unknown,
    has expired, or its client is switched off. From here on the transaction sees what the client sees. One query."""
    asked = compiled("token", _tokens, _CHECKSUM)
    rows = asked.rows(hashlib.sha256(token.encode()).hexdigest())
    if not rows:
        return None
    row = rows[0]
    client = _made(Client, "application__", row)
    client.institution = _made(Institution, "application__institution__", row)
    client.responsible = _made(Staff, "application__responsible__", row) if client.responsible_id else None
    return client, Token(row["pk"], frozenset(row["scope"].split()))


def _made(model: type[M], prefix: str, row: Row) -> M:
    columns = _COLUMNS[prefix]
    return model.from_db("default", columns, [row[f"{prefix}{column}"] for column in columns])


def _tokens() -> QuerySet[Any, Any]:
    parts = [f"{prefix}{column}" for prefix, columns in _COLUMNS.items() for column in columns]
    valid = AccessToken.objects.filter(token_checksum=_CHECKSUM, expires__gt=Now(), application__is_active=True)
    # PostgreSQL works out what is selected of the rows that it found, so nobody acts by a token that is not valid.
    acts = Func(Value("client"), F("application_id"), function="wall.act", output_field=UUIDField())
    found: QuerySet[Any, Any] = valid.values("pk", "scope", *parts, acts=acts)
    return found


class ClientAuthentication(BaseAuthentication):
    """A bearer token; from here on the transaction sees what the client's institution sees."""

    def authenticate(self, request: Request) -> tuple[Client, Token] | None:
        token = bearer_of(request._request)
        if token is None:
            return None
        found = _of_token(token)
        if found is None:
            raise AuthenticationFailed("The token is unknown or has expired. Get a new one at /oauth/token.")
        client, entered = found
        asked_by("client", client.pk)
        # What was taken from the client since the token was made is gone; what the token left out stays out.
        client.scopes = [scope for scope in client.scopes if scope in entered.scopes]
        return client, entered

    def authenticate_header(self, request: Request) -> str:
        return CHALLENGE


class PersonAuthentication(SessionAuthentication):
    """The session of the web admin, whose identity the transaction has already; writing needs the CSRF token.

    Where second factors are forced, a password alone opens this door no more than the admin's.
    """

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        found = super().authenticate(request)
        if found and lacks_second_factor(found[0]):
            raise AuthenticationFailed("Set up your second factor first, under Account in the web admin.")
        return found

    def authenticate_header(self, request: Request) -> str:
        return CHALLENGE


class MayRead(BasePermission):
    """Every resource is read with `registry:read`."""

    def has_permission(self, request: Request, view: object) -> bool:
        needs(request, Permission.READ)
        return True


class MayWrite(BasePermission):
    """Reads with `registry:read`, or the scope that the view names in `reads`; writes with the one in `writes`."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if str(request.method).lower() not in view.http_method_names or not hasattr(view, str(request.method).lower()):
            # No such door: the answer is 405, whatever the scope.
            return True
        reading = request.method in ("GET", "HEAD")
        needs(request, getattr(view, "reads", Permission.READ) if reading else getattr(view, "writes"))  # noqa: B009
        return True


def asker(request: Request) -> Client | Staff:
    """Who asks. Without identity: 401."""
    who = request.user
    if not isinstance(who, Client | Staff):
        raise Problem(
            401,
            "not_authenticated",
            "Send a token: Authorization: Bearer …, from /oauth/token.",
            headers={"WWW-Authenticate": CHALLENGE},
        )
    return who


def actor(request: Request) -> str:
    """The asker as the log names it."""
    who = asker(request).identity
    return f"{who.kind}:{who.id}"


def still(request: Request) -> Client | Staff | None:
    """The asker as it stands now, None where it may read no more: for an answer that goes on after its request."""
    who = asker(request)
    if isinstance(who, Staff):
        return as_it_stands(who)
    token = AccessToken.objects.select_related("application").filter(pk=request.auth.pk).first()
    client: Client | None = token.application if token else None
    return client if client and client.may(Permission.READ) else None


def needs(request: Request, permission: Permission) -> None:
    """Raises a 401 or 403 problem unless the asker may."""
    who = asker(request)
    if who.may(permission):
        return
    word = "scope" if isinstance(who, Client) else "right"
    raise Problem(
        403,
        "forbidden",
        f"This needs the {word} '{permission.value}'.",
        headers={"WWW-Authenticate": f'{CHALLENGE}, error="insufficient_scope", scope="{permission.value}"'},
    )


class ClientScopes(BaseScopes):  # type: ignore[misc]  # the package carries no types
    """A token carries no scope that its client was not given."""

    def get_all_scopes(self) -> dict[str, str]:
        return {str(scope): text for scope, text in SCOPES.items()}

    def get_available_scopes(self, application: Client | None = None, *args: Any, **kwargs: Any) -> list[str]:
        return list(application.scopes) if application else list(self.get_all_scopes())

    def get_default_scopes(self, application: Client | None = None, *args: Any, **kwargs: Any) -> list[str]:
        return self.get_available_scopes(application)
