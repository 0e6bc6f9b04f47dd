"""Who changes something while the picture is kept: it is seen with the change's commit, and not before."""

import threading

from django.db import connections

from deals.lifecycle import Class
from deals.services.telling import tell_commitment
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from tests.acts import letter
from tests.cast import Cast
from tests.deals.test_network_picture import open_deal
from tests.pictures import counted_anew, keep, seen_by


def test_a_change_that_was_under_way_while_the_picture_was_kept_is_seen_when_it_is_committed(
    committed_cast: Cast,
) -> None:
    cast = committed_cast
    deal = open_deal(cast, "one", "100000000", "graphite")
    made = letter(cast, Level.NETWORK, by="ada", approver="abe", deal=deal, money="30000000")
    keep()
    before = seen_by(cast.marc)
    written, kept = threading.Event(), threading.Event()

    def withdraw() -> None:
        try:
            with acting_as(cast.ada):
                tell_commitment(by=cast.ada, commitment=made, level=Level.PARTIES, size_level=Level.PARTIES)
                written.set()
                kept.wait(20)
        finally:
            connections.close_all()

    other = threading.Thread(target=withdraw)
    other.start()
    assert written.wait(20)
    # Another deal's change is kept meanwhile, and the one that is under way is nobody's yet.
    letter(cast, Level.NETWORK, by="ada", approver="abe", deal=open_deal(cast, "two", "1", "tin"), money="1000000")
    keep()
    assert seen_by(cast.marc).minerals[0] == before.minerals[0]
    kept.set()
    other.join(20)
    after = seen_by(cast.marc)
    assert after == counted_anew(cast.marc)
    assert after.minerals != before.minerals
    assert "graphite" in {line.key for line in after.minerals if Class.INDICATIVE not in line.sums.money}
    keep()
    assert seen_by(cast.marc) == after
