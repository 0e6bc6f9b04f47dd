"""Runs one command against services that are made for it and thrown away: `python -m config.embedded.run -- command`.

With `--migrate` before the `--`, the schema is there when the command starts.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from config.embedded import places, services
from config.embedded.errors import ServiceError

ROOT = Path(__file__).resolve().parent.parent.parent
USAGE = "Usage: python -m config.embedded.run [--migrate] -- command [argument ...]"


def main(arguments: list[str]) -> int:
    """The command's exit code; 1 when the services could not be started, 2 when the call makes no sense."""
    if "--" not in arguments or arguments[-1] == "--":
        print(USAGE, file=sys.stderr)
        return 2
    options, command = arguments[: arguments.index("--")], arguments[arguments.index("--") + 1 :]
    if not set(options) <= {"--migrate"}:
        print(USAGE, file=sys.stderr)
        return 2
    # A TERM unwinds like Ctrl-C, so that the services are stopped and their folder is removed.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    data = Path(tempfile.mkdtemp(prefix="ore-throwaway-"))
    data.chmod(0o711 if os.geteuid() == 0 else 0o700)
    place = places.Place(data)
    try:
        services.up(data, durable=False)
        environment = _environment(data)
        if options:
            migrated = subprocess.run([sys.executable, "manage.py", "migrate", "-v", "0"], cwd=ROOT, env=environment)
            if migrated.returncode != 0:
                return migrated.returncode
        return subprocess.run(command, env=environment).returncode
    except ServiceError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        services.down(data)
        shutil.rmtree(place.sockets, ignore_errors=True)
        shutil.rmtree(place.home, ignore_errors=True)
        shutil.rmtree(data, ignore_errors=True)


def _environment(data: Path) -> dict[str, str]:
    """The caller's environment, pointed at these services and no others."""
    others = {"DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_ADMIN_URL", "REDIS_URL"}
    return {name: value for name, value in os.environ.items() if name not in others} | {"ORE_DATA": str(data)}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
