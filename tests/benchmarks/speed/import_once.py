"""One import, as the worker makes it: `python -m tests.benchmarks.speed.import_once <file> <staff id>`.

Prints as JSON the seconds from the worker's beginning to its commit, and the megabytes by which its process grew.
"""

import json
import os
import sys
import time
from pathlib import Path

import django


def main(file: Path, person: str) -> dict[str, float]:
    """Uploads the file, confirms it, and makes it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from institutions.isolation.session import acting_as
    from institutions.models import Staff
    from network.models import Import
    from network.services import importing, running

    who = Staff.objects.select_related("institution").get(pk=person)
    # In a process of its own, since what reading it took once stays with its process.
    if os.fork() == 0:
        with acting_as(who):
            content = file.read_bytes()
            source, seen = importing.start_and_look(by=who, kind="commitments", name=file.name, content=content)
            if seen is None or seen.in_the_way or importing.confirm(by=who, source=source) is not None:
                print(seen.problems if seen else "read before", file=sys.stderr)
                os._exit(1)
        os._exit(0)
    if os.wait()[1] != 0:
        raise RuntimeError("The file was not taken.")
    ((key, actor),) = running.due()
    held = _kilobytes("VmRSS")
    begun = time.perf_counter()
    made = running.run(key, actor)
    taken = time.perf_counter() - begun
    with acting_as(who):
        if not made or Import.objects.get(pk=key).state != "done":
            raise RuntimeError("Nothing was made.")
    return {"seconds": taken, "grown": (_kilobytes("VmHWM") - held) / 1024}


def _kilobytes(what: str) -> int:
    """VmRSS: what this process holds; VmHWM: the most that it ever held."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(what))


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), sys.argv[2])))
