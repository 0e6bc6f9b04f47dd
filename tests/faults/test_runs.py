"""The supervisor's run: one per folder, a port that is free, children that come back, a killed run cleared away."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.embedded import processes
from config.embedded.children import Child
from config.embedded.errors import ServiceError
from config.embedded.runs import Run, check_port, chosen_port
from config.embedded.supervisor import environment_for, real_servers

SLEEPER = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)"]


@pytest.fixture
def child(tmp_path: Path) -> Iterator[Child]:
    made = Child("sleeper", SLEEPER, tmp_path / "sleeper.log")
    yield made
    made.stop()


def test_a_taken_port_is_named_with_the_command_for_a_free_one() -> None:
    with socket.socket(socket.AF_INET) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(ServiceError, match=rf"Port {port} is taken by another program.*PORT=\d+ make run"):
            check_port(port)

    check_port(port)


@pytest.mark.parametrize("wanted", ["abc", "0", "65536", "-1", "80.5"])
def test_a_port_that_is_none_is_refused(wanted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", wanted)

    with pytest.raises(ServiceError, match=f"PORT={wanted} is not a port"):
        chosen_port()


def test_only_one_run_has_a_folder(tmp_path: Path) -> None:
    first = Run(tmp_path, "http://127.0.0.1:8123")
    with first.hold():
        first.write("running", {})
        second = Run(tmp_path, "http://127.0.0.1:8124")

        with pytest.raises(ServiceError, match=r"already runs from .* at http://127.0.0.1:8123"), second.hold():
            pass

    with second.hold():
        assert second.taken()
    assert not second.taken()


def test_what_a_killed_run_left_is_ended(tmp_path: Path) -> None:
    run = Run(tmp_path, "http://127.0.0.1:8123")
    with subprocess.Popen(SLEEPER, stdout=subprocess.DEVNULL, start_new_session=True) as left:
        run.write("running", {"sleeper": left.pid})

        assert run.clear_leftovers()

        assert left.wait(10) == -signal.SIGTERM


def test_a_process_that_only_has_the_number_of_a_former_child_is_left_alone(tmp_path: Path) -> None:
    run = Run(tmp_path, "http://127.0.0.1:8123")
    with subprocess.Popen(SLEEPER, stdout=subprocess.DEVNULL) as stranger:
        run.write("running", {"sleeper": stranger.pid})
        run.file.write_text(run.file.read_text().replace(processes.began(stranger.pid), "1"))

        run.clear_leftovers()

        assert stranger.poll() is None
        stranger.kill()


def test_an_orderly_end_leaves_nothing_to_clear(tmp_path: Path) -> None:
    run = Run(tmp_path, "http://127.0.0.1:8123")
    assert not run.clear_leftovers()
    run.write("ended", {})
    assert not run.clear_leftovers()


def test_a_child_that_dies_comes_back_and_its_words_are_kept(child: Child) -> None:
    environment = dict(os.environ)
    child.start(environment)
    assert child.process is not None
    first = child.process.pid
    assert processes.wait_until(lambda: child.log.exists() and child.log.read_text().count("up") == 1, 10)

    child.process.kill()
    assert processes.wait_until(child.died, 10)

    def is_back() -> bool:
        child.restart_when_due(environment)
        return child.process is not None and child.process.pid != first

    assert processes.wait_until(is_back, 10)
    assert processes.wait_until(lambda: child.log.read_text().count("up") == 2, 10)


def test_a_child_that_ignores_its_stop_is_ended_with_its_own_children(tmp_path: Path) -> None:
    deaf = "trap '' TERM; sleep 600 & echo $!; wait; while :; do sleep 1; done"
    child = Child("deaf", ["/bin/sh", "-c", deaf], tmp_path / "deaf.log", patience=0.2)
    child.start(dict(os.environ))
    assert processes.wait_until(lambda: child.log.exists() and child.log.read_text().endswith("\n"), 10)
    grandchild = int(child.log.read_text())

    child.stop()

    assert processes.wait_until(lambda: not processes.alive(grandchild), 10)


def test_errors_reach_the_terminal_and_all_else_only_the_log(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    child = Child("web", ["/bin/sh", "-c", "echo GET / 200; echo 2026 ERROR no table"], tmp_path / "web.log")
    child.start(dict(os.environ))

    assert processes.wait_until(lambda: child.log.exists() and "no table" in child.log.read_text(), 10)
    child.stop()
    assert capfd.readouterr().err == "  web: 2026 ERROR no table\n"


def test_children_die_with_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    script = (
        "import os, sys, time; from pathlib import Path; from config.embedded.children import Child\n"
        f"child = Child('sleeper', {SLEEPER!r}, Path({str(tmp_path / 'log')!r}))\n"
        "child.start(dict(os.environ)); print(child.process.pid, flush=True); time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as supervisor:
        assert supervisor.stdout is not None
        pid = int(supervisor.stdout.readline())
        assert processes.alive(pid)

        supervisor.kill()

        assert processes.wait_until(lambda: not processes.alive(pid), 10)


def test_real_servers_are_taken_both_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)
    assert not real_servers()
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:6379/0")
    with pytest.raises(ServiceError, match="Only REDIS_URL is set"):
        real_servers()
    monkeypatch.setenv("DATABASE_URL", "postgresql://orebook_app:x@127.0.0.1/orebook")
    assert real_servers()


def test_children_know_where_they_are_reached_and_that_this_is_a_demo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ORE_DEMO", "ORE_PUBLIC_URL", "DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    found = environment_for(tmp_path, 8123)
    assert (found["ORE_PUBLIC_URL"], found["ORE_DEMO"], found["ORE_DATA"]) == (
        "http://127.0.0.1:8123",
        "1",
        str(tmp_path),
    )
    monkeypatch.setenv("ORE_DEMO", "0")
    assert environment_for(tmp_path, 8123)["ORE_DEMO"] == "0"


def test_fictional_people_do_not_come_to_real_servers_unasked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ORE_DEMO", raising=False)
    monkeypatch.setenv("DATABASE_URL", "postgresql://orebook_app:x@127.0.0.1/orebook")
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:6379/0")
    assert "ORE_DEMO" not in environment_for(tmp_path, 8123)


def test_a_taken_port_ends_the_run_with_its_name_and_the_next_step(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("ORE_", "DATABASE_", "REDIS_", "MAKE"))}
        done = subprocess.run(
            [sys.executable, "-m", "config.embedded.serve"],
            env=kept | {"ORE_DATA": str(tmp_path), "PORT": str(port)},
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert done.returncode == 1
    assert str(port) in done.stderr
    assert "PORT=" in done.stderr
