"""One person or partner system asks for everything that there is to ask for, and writes down each answer."""

import json
import re
from collections import Counter as Turns
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, TypeVar
from urllib.parse import urlencode
from zipfile import ZipFile

from django.conf import settings
from django.db import connection, transaction
from django.test import Client as Http
from rest_framework import serializers

from deals.api.bodies import MoneyField
from institutions.api.conventions.bodies import Body, Key
from institutions.api.conventions.filters import After
from institutions.api.conventions.ordering import orderings
from tests.cast import in_a_year
from tests.figures import LONG
from tests.worlds.hidden import SECRET
from tests.worlds.masking import Mask
from tests.worlds.routes import ENDS_THE_SESSION, Route, routes

# Whitenoise warns where nothing was collected, and warnings are errors here.
settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)

Q = TypeVar("Q")

# Rows that never were: what is hidden must be answered like them.
MISSING = "00000000-0000-4000-8000-000000000000"
NEVER = "00000000-0000-4000-8000-000000000001"
# How an address or a body calls a kind, where it is not the kind's own name.
SAID = {
    "companie": "company", "partie": "party", "cover": "commitment", "covered": "commitment", "lender": "commitment",
    "renews": "commitment", "repays": "commitment", "supersedes": "commitment", "waits_for": "commitment",
    "borrower": "company", "registrar": "institution", "owner": "institution", "to": "institution", "other": "project",
    "survivor": "project", "same-as": "sameas", "link": "sameas", "project-fact": "projectfact",
    "allocation-line": "allocationline", "line": "allocationline", "conflict": "conflictofinterest",
    "consent": "sponsorconsent", "role": "dealrole", "joint-amount": "jointamount", "cover-link": "coverlink",
    "external-reference": "externalreference", "esg-categorie": "esgcategory", "esg-screening": "esgscreening",
    "holder": "company", "buyer": "company", "object": "commitment",
    "change": "membershipchange", "endpoint": "webhookendpoint", "webhook-endpoint": "webhookendpoint",
}  # fmt: skip
# What a hidden row is called as well: each institution's names are its own.
EQUAL = {"reference": f"{SECRET}-1", "slug": "spruce"}
# Of so many rows of a kind everything is asked; the others are only read.
AT_LENGTH = 2 if LONG else 1
FORM = "application/x-www-form-urlencoded"
# Fields of the admin's forms that name a row.
NAMED_IN_FORMS = (
    "institution", "tranche", "project", "company", "covered", "lender", "commitment", "other", "document", "role",
    "borrower", "deal", "holder", "buyer",
)  # fmt: skip
# Of what may be asked of each address, the short form asks one in so many.
SHARE = 6
METHODS = ("OPTIONS", "HEAD", "PUT", "DELETE")
# Asked of every page of the admin that lists rows.
ASKED_OF_PAGES: tuple[dict[str, str], ...] = (
    {"q": SECRET}, {"q": "Wattle"}, {"o": "1"}, {"o": "-2"}, {"p": "2"}, {"all": ""}, {"note__contains": SECRET},
    {"size__amount__gt": "1"}, {"owner__short_name": "Hanok"},
)  # fmt: skip
# Asked of every list over REST beside its own filters.
ASKED_OF_LISTS: tuple[dict[str, str], ...] = (
    {"limit": "1"}, {"count": "true"}, {"fields": "id"}, {"ordering": "amount"}, {"q": SECRET}, {"format": "csv"},
    {"note__contains": SECRET}, {"limit": "0"}, {"cursor": "x"},
    {"ref": "loans:L-77"},
)  # fmt: skip


@dataclass(frozen=True)
class Ids:
    """What can be named, by kind (`deal`, `commitment`): rows that were there before, and hidden ones."""

    there: dict[str, list[str]]
    hidden: dict[str, list[str]]

    def of(self, kind: str) -> tuple[list[str], list[str]]:
        """Of a kind, or of deals where there is no such kind."""
        kind = SAID.get(kind, kind)
        known = kind if kind in self.there or kind in self.hidden else "deal"
        return self.there.get(known, []), self.hidden.get(known, [])

    def all(self) -> set[str]:
        return {key for keys in (*self.there.values(), *self.hidden.values()) for key in keys} | {MISSING, NEVER}


@dataclass(frozen=True)
class Answer:
    """What came to one question, without what two answers may differ in."""

    asked: str
    said: str


@dataclass
class Counter:
    """How many questions the database was asked."""

    asked: int = 0

    def __call__(self, execute: Callable[..., Any], *query: Any) -> Any:
        self.asked += 1
        return execute(*query)


@dataclass
class Crawl:
    """`headers` say who asks, over REST or in the browser."""

    http: Http
    headers: dict[str, str]
    ids: Ids
    mask: Mask
    rest: bool
    # A moment after everything was done, hidden or not: what stood then is asked for as well.
    then: str = ""
    answers: list[Answer] = field(default_factory=list)
    # Of the last answer: its status, and how many rows a list had.
    status: int = 0
    rows: int = 0
    # Of each object that was read, by its id.
    versions: dict[str, str] = field(default_factory=dict)
    # The ids of all objects that were told.
    seen: set[str] = field(default_factory=set)
    # Every question is asked at every address; otherwise a third of them, another third at the next one.
    at_length: bool = True
    # Counted for each kind of question by itself: one count for all would give some kinds the same third everywhere.
    turns: Turns[str] = field(default_factory=Turns)

    def everything(self, where: str = "") -> list[Answer]:
        """Of the routes that `where` is found in, at length; of all where it says nothing."""
        self.at_length = LONG or bool(where)
        for route in routes():
            if route.pattern not in ENDS_THE_SESSION and re.search(where, route.pattern):
                for number, address in enumerate(self._addresses(route)):
                    self._of_one(route, address, oddly=number == 0)
                for address in self._some("further rows", list(self._further(route))):
                    self._ask("GET", address)
        return self.answers

    # What is asked of one address.

    def _of_one(self, route: Route, address: str, *, oddly: bool) -> None:
        self._ask("GET", address)
        if NEVER in address:
            return
        if route.door and self.rest:
            if route.is_list:
                self._of_a_list(route, address)
            self._of_the_past(route, address)
            # A file has the filters of its list, which were asked above.
            if route.is_file and LONG:
                self._filtered(route, address)
            if route.pattern.endswith("v1/events"):
                self._feed(address)
            if route.pattern.endswith("log/proofs"):
                for kind in ("deal", "commitment", "size", "project"):
                    for key in (*self.ids.of(kind)[0], *self.ids.of(kind)[1], MISSING):
                        self._ask("GET", f"{address}?object={key}")
            self._write(route, address)
            if oddly:
                self._oddly(address)
        elif address.startswith("/admin/") and not self.rest:
            self._of_a_page(route, address)

    def _write(self, route: Route, address: str) -> None:
        for method in ("POST", "PATCH"):
            accepted: dict[str, Any] = getattr(route.door, "accepts", None) or {}
            if not hasattr(route.door, method.lower()):
                continue
            self._ask(method, address, b'{"nothing": 1}')
            if self.status == 403:
                # Who may not write at all is told so whatever it sends.
                continue
            for body in self._some("broken bodies", (b"{", b"[]")):
                self._ask(method, address, body)
            if isinstance(accepted.get(method), type) and issubclass(accepted[method], Body):
                for choose in self._some("rows named in bodies", (self._hidden, self._missing, self._there)):
                    self._ask(method, address, json.dumps(sample(accepted[method](), choose)).encode(), If_Match='"x"')
                self._carried_out(method, address, sample(accepted[method](), self._seen, required=True))

    def _carried_out(self, method: str, address: str, body: dict[str, Any]) -> None:
        """No more than must be said, of rows that were seen, with the version that was read: as far as the rules let
        it, it is done. Nothing of it stays."""
        version = next((self.versions[key] for key in self.versions if key in address), "x")
        with transaction.atomic():
            self._ask(method, address, json.dumps(body).encode(), If_Match=f'"{version}"')
            transaction.set_rollback(True)

    def _oddly(self, address: str) -> None:
        for method in self._some("methods", METHODS):
            self._ask(method, address)

    def _of_a_list(self, route: Route, address: str) -> None:
        if rows := self.rows:
            # Where as many are asked for as there are, only hidden ones could be left.
            self._pages(f"{address}?limit={rows}")
        for question in self._some("lists", ASKED_OF_LISTS):
            self._pages(f"{address}?{urlencode(question)}")
        self._filtered(route, address)

    def _of_the_past(self, route: Route, address: str) -> None:
        if getattr(route.resource, "remembers", False) or "as_of" in getattr(route.door, "parameters", {}):
            for told in self._some("the past", ({}, {}, {"told_to": "rhein"}, {"told_to": "hanok"})):
                self._ask("GET", f"{address}?{urlencode({'as_of': self.then} | told)}")

    def _filtered(self, route: Route, address: str) -> None:
        assert route.resource
        orders = list(orderings(route.resource))
        for order in orders if LONG else orders[-1:]:
            self._pages(f"{address}?limit=2&ordering={order}")
        for name, found in route.resource.filters.base_filters.items():
            choices = [str(code) for code, _ in getattr(found, "extra", {}).get("choices", ())]
            named = [choose(name) for choose in (self._there, self._hidden, self._missing)]
            moments = [self.mask.since.isoformat()] if isinstance(found, After) else []
            for value in self._some("filters", (*choices[:1], *named, *moments, SECRET)):
                self._ask("GET", f"{address}?{urlencode({name.rstrip('_'): value})}")

    def _some(self, kind: str, questions: Sequence[Q]) -> Sequence[Q]:
        """All of them, or the next sixth: each question is asked somewhere, of each kind in turn."""
        if self.at_length:
            return questions
        self.turns[kind] += 1
        return questions[self.turns[kind] % SHARE :: SHARE]

    def _feed(self, address: str) -> None:
        """A few at a time, from each cursor to the next, until nothing more happened."""
        after = ""
        for _ in range(60):
            told = json.loads(self._ask("GET", f"{address}?limit=5{after}"))
            if not told.get("results"):
                return
            after = f"&after={told['next_cursor']}"

    def _pages(self, address: str) -> None:
        """To the end, wherever `next` leads."""
        for _ in range(60):
            raw = self._ask("GET", address)
            following = json.loads(raw).get("next") if raw.startswith(b'{"results"') else None
            if not following:
                return
            address = following.removeprefix("https://testserver")

    def _of_a_page(self, route: Route, address: str) -> None:
        if not route.places and address.count("/") == 4:
            # Lists are at `/admin/<application>/<model>/`.
            for question in self._some("pages", ASKED_OF_PAGES):
                self._ask("GET", f"{address}?{urlencode(question)}")
        for empty in self._some("empty forms", (b"",)):
            self._ask("POST", address, empty, FORM)
        form = {name: self._hidden(name) for name in NAMED_IN_FORMS}
        self._ask("POST", address, urlencode(form).encode(), FORM)

    # Which rows are named.

    def _there(self, kind: str) -> str:
        return next(iter(self.ids.of(kind)[0]), MISSING)

    def _seen(self, kind: str) -> str:
        """One that an answer told of, if there is any."""
        return next((key for key in self.ids.of(kind)[0] if key in self.seen), MISSING)

    def _hidden(self, kind: str) -> str:
        return next(iter(self.ids.of(kind)[1]), MISSING)

    def _missing(self, kind: str) -> str:
        return MISSING

    def _addresses(self, route: Route) -> Iterator[str]:
        kinds = route.kinds
        if not kinds:
            yield route.address()
            return
        first, *rest = kinds
        there, hidden = self.ids.of(kinds[first])
        # What never was is alike in both worlds, but for what is counted or kept about every question.
        for key in (*there[:AT_LENGTH], *hidden[:AT_LENGTH], *self._some("rows that never were", (MISSING, NEVER))):
            for other in {self._there(kinds[rest[0]]), self._hidden(kinds[rest[0]])} if rest else {""}:
                yield route.address(**{first: key}, **dict.fromkeys(rest, other))

    def _further(self, route: Route) -> Iterator[str]:
        """Every other row: what was done about one of them in secret must not depend on which comes first."""
        if len(route.kinds) == 1:
            [(place, kind)] = route.kinds.items()
            yield from (route.address(**{place: key}) for key in self.ids.of(kind)[0][AT_LENGTH:])

    def _ask(
        self, method: str, address: str, body: bytes = b"", kind: str = "application/json", /, **headers: str
    ) -> bytes:
        sent = self.headers | {name.replace("_", "-"): value for name, value in headers.items()}
        queries = Counter()
        with connection.execute_wrapper(queries):
            answer: Any = self.http.generic(method, address, body, content_type=kind, headers=sent, secure=True)
        self.status = answer.status_code
        raw: bytes = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if raw.startswith(b"PK"):
            raw = unpacked(raw)
        told = "\n".join(f"{name}: {value}" for name, value in sorted(answer.headers.items()))
        cookies = answer.cookies.output()
        said = f"{answer.status_code} after {queries.asked} queries\n{told}\n{cookies}\n{raw.decode(errors='replace')}"
        asked = f"{method} {address} {body.decode()}"
        self.answers.append(Answer(self.mask(asked), self.mask(said)))
        if method == "GET" and answer.headers.get("Content-Type") == "application/json":
            self._remember(raw)
        return raw

    def _remember(self, raw: bytes) -> None:
        told = json.loads(raw) if self.status == 200 else {}
        results = told.get("results", [told])
        self.rows = len(results)
        for row in results:
            # An event names its object, any other row itself.
            named = row["object"] if isinstance(row.get("object"), dict) else row
            self.seen.add(str(named.get("id", "")))
        self.versions |= {row["id"]: row["version"] for row in results if "version" in row and "id" in row}


def unpacked(raw: bytes) -> bytes:
    """What a workbook holds, part by part: packed, no id in it could be told from another."""
    with ZipFile(BytesIO(raw)) as book:
        return b"\n".join(book.read(name) for name in sorted(book.namelist()))


def sample(
    body: serializers.BaseSerializer[Any], choose: Callable[[str], str], *, required: bool = False
) -> dict[str, Any]:
    """A well-formed body: a row that `choose` finds wherever one is named. `required`: of no more than it must have."""
    fields: dict[str, Any] = getattr(body, "fields", {})
    return {
        name: _value(name, found, choose)
        for name, found in fields.items()
        if found.required or name in EQUAL or not required
    }


def _value(name: str, found: Any, choose: Callable[[str], str]) -> Any:
    if name in EQUAL:
        return EQUAL[name]
    if set(getattr(found, "fields", ())) == {"type", "id"}:
        return {"type": "commitment", "id": choose("commitment")}
    if isinstance(found, serializers.DateField) and name.endswith(("until", "expires_on")):
        return in_a_year().isoformat()
    examples: tuple[tuple[type, Callable[[], Any]], ...] = (
        (Key, lambda: choose(name)),
        (MoneyField, lambda: {"amount": "1000000.00", "currency": "USD"}),
        (serializers.ListSerializer, lambda: [_value(name, found.child, choose)]),
        (serializers.ListField, lambda: [_value(name.removesuffix("s"), found.child, choose)]),
        (serializers.BaseSerializer, lambda: sample(found, choose)),
        (serializers.ChoiceField, lambda: next(iter(found.choices))),
        (serializers.DateField, lambda: "2026-06-30"),
        (serializers.DateTimeField, lambda: "2026-06-30T00:00:00Z"),
        (serializers.BooleanField, lambda: True),
        (serializers.IntegerField, lambda: 1),
        (serializers.CharField, lambda: "1"),
    )
    return next((make() for kind, make in examples if isinstance(found, kind)), "1")
