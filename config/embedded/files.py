"""Small files: secrets written whole and private, logs kept short and read from where they began."""

import os
from pathlib import Path


def write_private(file: Path, text: str) -> None:
    """Write a file that only its owner can read; whole or not at all."""
    making = file.with_name(f".{file.name}.{os.getpid()}")
    with open(os.open(making, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    making.replace(file)


def trim(log: Path, most: int = 10 * 2**20) -> int:
    """Set a grown log aside; the size at which the next lines will begin."""
    if log.exists() and log.stat().st_size > most:
        log.replace(log.with_suffix(".old.log"))
    return log.stat().st_size if log.exists() else 0


def read_from(log: Path, start: int) -> str:
    """What was written to `log` since it had `start` bytes."""
    with log.open("rb") as file:
        file.seek(start)
        return file.read().decode(errors="replace")
