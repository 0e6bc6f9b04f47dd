"""Takes tables whole while others work on them, without holding anybody in the middle of their work.

Whoever takes one table after the other sooner or later waits for somebody who waits for them: after a second PostgreSQL
breaks one of the two off, mostly the other. So all are taken before anything is changed, those first by which requests
come in; who does not get them all in a moment lets go of all, and tries again.
"""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connections, transaction
from psycopg.errors import LockNotAvailable

# A request waits at these before it holds anything.
ENTRANCES = ("oauth2_provider_accesstoken", "django_session")
# Much less than the second after which PostgreSQL looks for those who wait for each other.
MOMENT = "200ms"
SECONDS = 5.0
_RELATIONS = """
    SELECT c.oid::regclass::text FROM pg_class c
    WHERE c.relnamespace = ANY (ARRAY(SELECT oid FROM pg_namespace WHERE nspname = ANY (%s)))
      AND c.relkind IN ('r', 'p', 'v') AND pg_has_role(c.relowner, 'USAGE')
    ORDER BY c.relname <> ALL (%s), c.relkind = 'v' DESC, c.relname
"""


@contextmanager
def taken(using: str, *schemas: str) -> Iterator[None]:
    """A transaction that has all tables and views of these schemas to itself. Raises OperationalError, with psycopg's
    LockNotAvailable as its cause, where they were in use for so long."""
    until = time.monotonic() + SECONDS
    with transaction.atomic(using=using):
        while not _take(using, schemas, last=time.monotonic() > until):
            # Not in step with whoever comes again and again.
            time.sleep(random.uniform(0.05, 0.25))  # noqa: S311
        yield


def _take(using: str, schemas: tuple[str, ...], *, last: bool) -> bool:
    with connections[using].cursor() as cursor:
        cursor.execute(_RELATIONS, [list(schemas), list(ENTRANCES)])
        relations = ", ".join(name for (name,) in cursor.fetchall())
        if not relations:
            return True
        try:
            # What a savepoint took is let go with it.
            with transaction.atomic(using=using):
                cursor.execute(f"SET LOCAL lock_timeout = '{MOMENT}'")
                cursor.execute(f"LOCK TABLE {relations} IN ACCESS EXCLUSIVE MODE")
        except OperationalError as error:
            if last or not isinstance(error.__cause__, LockNotAvailable):
                raise
            return False
        return True
