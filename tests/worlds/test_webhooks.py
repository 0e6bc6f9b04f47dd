"""A webhook tells the same, byte for byte, whether or not others acted in secret."""

import pytest

from tests import conftest
from tests.figures import note
from tests.worlds.comparing import Looker, Worlds, difference
from tests.worlds.hooks import hooks
from tests.worlds.mail import LEADS, READERS

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.mark.parametrize("looker", [READERS, LEADS], ids=["everybody", "the coordinator"])
def test_what_happens_in_secret_changes_no_webhook(worlds: Worlds, looker: Looker) -> None:
    told = []
    for world in looker.worlds:
        conftest.anew(world)
        told.append(hooks(worlds, looker))
    assert [each.asked for each in told[0]] == [each.asked for each in told[1]]
    leaks = [text for pair in zip(*told, strict=True) if (text := difference(*pair))]
    calls = sum(each.asked.startswith("webhook ") for each in told[0])
    note(f"hooks-{'lead' if looker.leads else 'all'}", {"calls": calls, "differ": len(leaks)})
    assert not leaks, "\n\n".join(leaks)
    # Whoever may see the news is told.
    assert calls >= 5
