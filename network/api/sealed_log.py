"""`/api/v1/log/…`: the heads of the sealed log, and proofs that anybody can check without the registry
(docs/how-to/verify-the-log.md)."""

from typing import Any
from urllib.parse import urlencode

from django.urls import URLPattern, path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from institutions.api.conventions.doors import Door
from institutions.api.conventions.filters import as_uuid, refuse_unknown
from institutions.api.conventions.pages import limit_of
from institutions.api.conventions.problems import Fault, Problem
from institutions.api.shapes import Documented
from institutions.selectors import heads
from institutions.selectors.heads import Head, Proof
from institutions.selectors.reading import instant

# Each is worked out of a whole block.
MOST_PROOFS = 20
_DIGITS = 12


class HeadShape(Documented):
    number = serializers.IntegerField(help_text="One more each hour, whatever happened")
    sealed_at = serializers.DateTimeField()
    tree_size = serializers.CharField(help_text="Leaves, as RFC 6962 counts them: 2^40 for each block")
    root_ = serializers.CharField(help_text="SHA-256 in hexadecimal digits: keep it, and you are a witness")


class HeadsShape(Documented):
    results = HeadShape(many=True)
    next = serializers.URLField(allow_null=True)


class ProofFactShape(Documented):
    fact = serializers.CharField()
    said = serializers.CharField(required=False, help_text="What you are told of it, with its salt")
    salt = serializers.CharField(required=False)
    hash = serializers.CharField(required=False, help_text="In the place of what you are not told")


class ProofShape(Documented):
    event = serializers.UUIDField()
    head = HeadShape()
    leaf_index = serializers.CharField(help_text="20 digits")
    facts = ProofFactShape(many=True)
    path = serializers.ListField(child=serializers.CharField(), help_text="The hashes beside the way up, nearest first")


class ProofsShape(Documented):
    results = ProofShape(many=True)
    not_sealed_yet = serializers.IntegerField(help_text="Events that come under a head within two hours")


class ConsistencyShape(Documented):
    first = HeadShape()
    second = HeadShape()
    path = serializers.ListField(child=serializers.CharField(), help_text="As RFC 6962 §2.1.2 has it")


class Heads(Door):
    """The heads of the sealed log, the newest first. Keep them: what was changed later no longer fits."""

    answers = {"GET": {200: HeadsShape}}
    parameters = {"before": "Only heads of a lower number", "limit": "1 to 500"}

    def get(self, request: Request) -> Response:
        """One each hour, the same for everybody."""
        refuse_unknown(request.query_params, self.parameters)
        limit, before = limit_of(request), _number(request, "before")
        found = heads.heads(before=before, limit=limit + 1)
        following = None
        if len(found) > limit:
            asked = urlencode({"before": found[limit - 1].number, "limit": limit})
            following = f"{request.build_absolute_uri(request.path)}?{asked}"
        return Response({"results": [_shape(each) for each in found[:limit]], "next": following})


class Proofs(Door):
    """Proofs that events of an object, as you see them, stand in the sealed log as they did."""

    answers = {"GET": {200: ProofsShape}}
    parameters = {
        "object": "The id of an object that you see",
        "head": "The number of the head that they are to be under; the newest where none is given",
    }

    def get(self, request: Request) -> Response:
        """The latest 20 events of the object that the asker sees. Of what it owns, what the log holds of before and
        after is disclosed; of others' rows, that they were changed, when and by which institution; all else is a
        hash."""
        refuse_unknown(request.query_params, self.parameters)
        given = request.query_params.get("object", "")
        row = as_uuid(given)
        if row is None:
            raise Problem.invalid([Fault("/object", "invalid", "Name an object by its id.", "query")])
        events = heads.events_of(row, limit=MOST_PROOFS)
        if not events:
            raise Problem.invalid([Fault("/object", "not_found", "There is no such object.", "query")])
        under = _head_of(request, "head")
        found = heads.proofs(events, under)
        return Response({"results": [_proof(each) for each in found], "not_sealed_yet": len(events) - len(found)})


class Consistency(Door):
    """That a later head's tree begins with an earlier one's: nothing was changed, taken away or slipped in between."""

    answers = {"GET": {200: ConsistencyShape}}
    parameters = {"first": "The number of the earlier head", "second": "Of the later one; the newest otherwise"}

    def get(self, request: Request) -> Response:
        """The same for everybody."""
        refuse_unknown(request.query_params, self.parameters)
        if "first" not in request.query_params:
            raise Problem.invalid([Fault("/first", "required", "Name the head that you keep by its number.", "query")])
        first, second = _head_of(request, "first"), _head_of(request, "second")
        if first.number > second.number:
            raise Problem.invalid([Fault("/first", "invalid", "first is no later than second.", "query")])
        between = [each.hex() for each in heads.extends(first, second)]
        return Response({"first": _shape(first), "second": _shape(second), "path": between})


def _number(request: Request, name: str) -> int | None:
    given = request.query_params.get(name)
    if given is None:
        return None
    if not (given.isascii() and given.isdigit() and len(given) <= _DIGITS):
        raise Problem.invalid([Fault(f"/{name}", "invalid", f"{name} is the number of a head.", "query")])
    return int(given)


def _head_of(request: Request, name: str) -> Head:
    number = _number(request, name)
    found = heads.head(number) if number is not None else heads.newest_head()
    if found is None:
        says = "There is no such head." if number is not None else "Nothing is sealed yet: ask again in an hour."
        raise Problem.invalid([Fault(f"/{name}", "not_found", says, "query")])
    return found


def _shape(head: Head) -> dict[str, Any]:
    return {
        "number": head.number,
        "sealed_at": instant(head.sealed_at),
        "tree_size": str(head.tree_size),
        "root": head.root.hex(),
    }


def _proof(proof: Proof) -> dict[str, Any]:
    return {
        "event": proof.event,
        "head": _shape(proof.head),
        # As long for every leaf: its place is random, and no length differs by it.
        "leaf_index": f"{proof.index:020d}",
        "facts": proof.facts,
        "path": proof.path,
    }


ROUTES: list[URLPattern] = [
    path("log/heads", Heads.as_view(), name="log-heads"),
    path("log/proofs", Proofs.as_view(), name="log-proofs"),
    path("log/consistency", Consistency.as_view(), name="log-consistency"),
]
