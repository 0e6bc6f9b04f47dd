"""The ids of the rows that a file has, however many: on the disk, under no name, so that memory does not grow."""

import sqlite3
from collections.abc import Iterator, Sequence
from uuid import UUID

# As many as one question may name.
_AT_ONCE = 500


class Written:
    """Begins empty, and is gone with the file's last line."""

    def __init__(self) -> None:
        # An empty name is a database of SQLite's own, which leaves memory when it grows and is deleted when it closes.
        self._kept = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._kept.execute("PRAGMA journal_mode = OFF")
        self._kept.execute("CREATE TABLE written (id BLOB PRIMARY KEY) WITHOUT ROWID")

    def add(self, keys: Sequence[UUID]) -> None:
        self._kept.execute("BEGIN")
        self._kept.executemany("INSERT OR IGNORE INTO written VALUES (?)", ((key.bytes,) for key in keys))
        self._kept.execute("COMMIT")

    def among(self, keys: Sequence[UUID]) -> set[UUID]:
        """Those of these that are written already."""
        found: set[UUID] = set()
        for low in range(0, len(keys), _AT_ONCE):
            some = [key.bytes for key in keys[low : low + _AT_ONCE]]
            asked = f"SELECT id FROM written WHERE id IN ({', '.join('?' * len(some))})"  # noqa: S608  # question marks
            found.update(UUID(bytes=key) for (key,) in self._kept.execute(asked, some))
        return found

    def by(self, many: int) -> Iterator[list[UUID]]:
        """All of them, so many at a time."""
        each = self._kept.execute("SELECT id FROM written ORDER BY id")
        while some := each.fetchmany(many):
            yield [UUID(bytes=key) for (key,) in some]

    def close(self) -> None:
        self._kept.close()
