"""Pieces of work that end in every way in which work ends, one after another over one connection."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from uuid import UUID

from allauth.account.models import EmailAddress
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from institutions.isolation.middleware import WallMiddleware
from institutions.isolation.session import acting_as, become
from institutions.models import Client, Staff

# Whoever acts: a person, a partner's system, or nobody.
Who = Staff | Client | None


@dataclass(frozen=True)
class Seen:
    """Whom the database takes the asker for, and the commitments that it shows."""

    actor: str
    institution: str
    rows: frozenset[UUID]


NOBODY = ("", "")


class Vanished(BaseException):
    """The client went away, or the server was told to stop, in the middle of a request."""


def look() -> Seen:
    """One question, of whatever transaction there is."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(current_setting('orebook.actor', true), ''), coalesce(wall.me()::text, ''),"
            " ARRAY(SELECT id FROM deals_commitment)"
        )
        actor, institution, rows = cursor.fetchone()
    return Seen(actor, institution, frozenset(rows))


def says(seen: Seen) -> JsonResponse:
    return JsonResponse({"actor": seen.actor, "institution": seen.institution, "rows": sorted(map(str, seen.rows))})


class Work:
    """Does one piece of work after another; `mismatches` holds whatever saw what is another's."""

    def __init__(self, expected: dict[Who, Seen], random: Random) -> None:
        self.expected, self.random = expected, random
        self.everybody = list(expected)
        self.mismatches: list[str] = []
        self.done: dict[str, int] = {}

    def one(self) -> None:
        """One piece, then a look from outside of any: it must be nobody's."""
        end = self.random.choices(ENDS, weights=[weight for _, weight in ENDINGS])[0]
        self.done[end.__name__] = self.done.get(end.__name__, 0) + 1
        who = self.random.choice(self.everybody)
        end(self, who)
        after = look()
        if after != self.expected[None]:
            self.mismatches.append(f"after {end.__name__} as {who}: {after}")

    def check(self, who: Who, where: str) -> Seen:
        seen = look()
        if seen != self.expected[who]:
            self.mismatches.append(f"{where} as {who}: {seen}")
        return seen

    def request(self, who: Who, view: Callable[[HttpRequest], HttpResponseBase]) -> HttpResponseBase:
        """Through the middleware that every request goes through; systems are recognised inside, by their doors."""
        request = HttpRequest()
        request.path = "/admin/"
        request.user = who if isinstance(who, Staff) else AnonymousUser()

        def answer(request: HttpRequest) -> HttpResponseBase:
            if isinstance(who, Client):
                self.check(None, "before the token is read")
                become(who)
            self.check(who, "in a request")
            return view(request)

        return WallMiddleware(answer)(request)

    # How work ends.

    def answered(self, who: Who) -> None:
        self.request(who, lambda _: says(look()))

    def refused(self, who: Who) -> None:
        """An answer of an error takes the whole transaction back."""
        self.request(who, lambda _: HttpResponse(status=self.random.choice((400, 404, 409, 500))))

    def raised(self, who: Who) -> None:
        def view(_: HttpRequest) -> HttpResponse:
            raise LookupError

        self._expecting(LookupError, lambda: self.request(who, view))

    def vanished(self, who: Who) -> None:
        def view(_: HttpRequest) -> HttpResponse:
            raise Vanished

        self._expecting(Vanished, lambda: self.request(who, view))

    def timed_out(self, who: Who) -> None:
        def view(_: HttpRequest) -> HttpResponse:
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout = 1")
                cursor.execute("SELECT pg_sleep(1)")
            return HttpResponse()

        answer = self.request(who, view)
        if answer.status_code != 503:
            self.mismatches.append(f"a statement that takes too long is answered {answer.status_code}")

    def failed_at_the_end(self, who: Who) -> None:
        """What is looked at when the transaction ends is refused then: the work is taken back after its last line."""

        def view(_: HttpRequest) -> HttpResponse:
            EmailAddress.objects.create(user_id=UUID(int=self.random.getrandbits(128)), email="nobody@nowhere.example")
            return HttpResponse()

        self._expecting(DatabaseError, lambda: self.request(who, view))

    def left_half_read(self, who: Who) -> None:
        """A stream is read after its transaction: whatever it would ask then is asked by nobody."""

        def parts() -> Iterator[bytes]:
            for part in (b"one", b"two"):
                self.check(None, "in a stream")
                yield part

        told = parts()
        answer = self.request(who, lambda _: StreamingHttpResponse(told))
        if self.random.random() < 0.5:
            next(told)
        answer.close()

    def job(self, who: Who) -> None:
        """Work of a worker, for one recipient after another; the second one's may fail."""
        for each in (who, self.random.choice(self.everybody)):
            with acting_as(each):
                self.check(each, "in a job")

    def job_that_fails(self, who: Who) -> None:
        def work() -> None:
            with acting_as(who):
                self.check(who, "in a job")
                raise LookupError

        self._expecting(LookupError, work)

    def nested(self, who: Who) -> None:
        """Somebody acts within another's transaction, and fails or not: the outer one comes back."""
        other = self.random.choice(self.everybody)
        with acting_as(who):
            try:
                with acting_as(other):
                    self.check(other, "inside")
                    if self.random.random() < 0.5:
                        raise LookupError
            except LookupError:
                pass
            self.check(who, "back outside")

    def broken_savepoint(self, who: Who) -> None:
        """An error of the database, caught; what follows is still whoever acted."""
        with acting_as(who):
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    become(self.random.choice(self.everybody))
                    cursor.execute("SELECT 1 / 0")
            except DatabaseError:
                pass
            self.check(who, "after an error was caught")

    def cut_off(self, who: Who) -> None:
        """The server ends the connection; the next request gets a new one."""

        def view(_: HttpRequest) -> HttpResponse:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
            return HttpResponse()

        self.request(who, view)
        connection.close()

    def _expecting(self, error: type[BaseException], work: Callable[[], object]) -> None:
        try:
            work()
        except error:
            return
        self.mismatches.append(f"{error.__name__} was swallowed")


ENDINGS: tuple[tuple[Callable[[Work, Who], None], float], ...] = (
    (Work.answered, 30),
    (Work.refused, 10),
    (Work.raised, 10),
    (Work.vanished, 8),
    (Work.failed_at_the_end, 5),
    (Work.left_half_read, 8),
    (Work.job, 10),
    (Work.job_that_fails, 8),
    (Work.nested, 6),
    (Work.broken_savepoint, 6),
    (Work.timed_out, 1),
    (Work.cut_off, 0.5),
)
ENDS = [end for end, _ in ENDINGS]
