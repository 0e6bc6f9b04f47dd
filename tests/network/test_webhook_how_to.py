"""The receiver of docs/how-to/receive-webhooks.md receives."""

import re
import subprocess
import sys
from functools import partial
from pathlib import Path
from textwrap import dedent

import pytest

from config.embedded.processes import wait_until
from institutions.isolation.levels import Level
from tests.acts import letter
from tests.cast import Cast
from tests.network.receivers import Receiver, deliveries, endpoint_for, turn
from tests.ports import free_port, takes_calls

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "how-to" / "receive-webhooks.md").read_text()


def the_receiver(secret: str, port: int) -> str:
    (found,) = re.findall(r"^    from http\.server.*?serve_forever\(\)$", PAGE, re.MULTILINE | re.DOTALL)
    code = dedent(found)
    assert code.count("whsec_…") == code.count("9000") == 1
    return code.replace("whsec_…", secret).replace("9000", str(port))


@pytest.mark.slow
def test_the_receiver_of_the_page_prints_what_it_is_told_once(
    managers: Cast, receiver: Receiver, tmp_path: Path
) -> None:
    port = free_port()
    made = endpoint_for(managers.root, f"http://127.0.0.1:{port}/orebook", events=("commitment.revealed",))
    program = tmp_path / "receiver.py"
    program.write_text(the_receiver(made.secret, port))
    process = subprocess.Popen([sys.executable, "-u", str(program)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        assert wait_until(partial(takes_calls, port), 30)
        told = letter(managers, Level.PARTIES)
        turn(made)
        assert deliveries(managers.root, made) == [("done", 1)]
    finally:
        process.kill()
        said, _ = process.communicate()
    assert re.fullmatch(rf"commitment\.revealed http\S+/api/v1/commitments/{told.pk}\n", said.decode())
