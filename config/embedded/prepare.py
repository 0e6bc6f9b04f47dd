"""The steps between the services and the web server, each in a process of its own role.

`python -m config.embedded.prepare migrate|demo` sets Django up first and then waits for a line on its input: both are
started together, so that the second has done its imports while the first works.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from config.embedded.errors import ServiceError
from config.embedded.processes import tie_to_parent

ROOT = Path(__file__).resolve().parent.parent.parent

# What fills an empty registry with the fictional network. The older years of rates take longer than all of them are
# worth there; `load_rates` adds them.
FICTIONAL = (["demo", "--once"], ["demo_network"], ["load_rates", "--once", "--since", "2018-01-01"])


class Step:
    """A step that is under way in a process of its own."""

    def __init__(self, name: str, environment: Mapping[str, str], *arguments: str) -> None:
        self.name = name
        self.process = subprocess.Popen(
            [sys.executable, "-m", "config.embedded.prepare", name, *arguments],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=tie_to_parent(signal.SIGTERM),
        )

    def finish(self) -> None:
        """Let it begin and wait for its end. Raises ServiceError when it fails; what it said is on the terminal."""
        self.process.communicate("go\n")
        if self.process.returncode != 0:
            raise ServiceError(f"The step `{self.name}` failed; its reason is above. Then: make doctor")

    def stop(self) -> None:
        """End it, wherever it is; each step is safe to repeat."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def main(arguments: list[str]) -> int:
    """0 when the step is done. `demo` takes the file into which the log-ins are written."""
    step = arguments[0]
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    os.environ["ORE_DATABASE_ROLE"] = "owner" if step == "migrate" else "app"
    import django
    from django.conf import settings
    from django.core.management import CommandError, call_command

    django.setup()
    if not sys.stdin.readline():
        return 1
    try:
        if step == "migrate":
            call_command("migrate", interactive=False)
        elif settings.FICTIONAL:
            for command in FICTIONAL:
                call_command(*command)
            with Path(arguments[1]).open("w") as logins:
                call_command("demo", "--logins", stdout=logins)
    except CommandError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
