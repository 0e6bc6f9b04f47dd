"""As at Nolans: lenders agree on one threshold of binding offtake. Clearing it is seen once, each lender decides."""

from collections.abc import Callable

from deals.models import Commitment, Condition, Deal
from deals.selectors.closing import closing_of
from deals.services.conditions import clear_condition
from deals.services.deciding import Wait
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from tests.acts import condition, letter, moved, sign
from tests.cast import Cast

LENDERS = {"mina": "joon", "rolf": "rita", "sora": "shin"}


def blocking(cast: Cast, who: str) -> dict[str, str]:
    """What holds up the others, as somebody sees it: the text, and how it can be cleared."""
    with acting_as(cast.people[who]):
        found = closing_of(Deal.objects.get(pk=cast.deal.pk))
        return {found.conditions[row.condition].text: row.how.value for row in found.closing.blocking}


def test_one_threshold_is_cleared_once_and_each_lender_follows_by_itself(cast: Cast) -> None:
    threshold = condition(
        cast, None, "Binding offtake for 80 % of output", by="ada", approver="abe", level=Level.INVITED, kind="offtake"
    )
    loans: dict[str, Commitment] = {}
    own: dict[str, Condition] = {}
    for officer, approver in LENDERS.items():
        loans[officer] = letter(cast, Level.LEAD, by=officer, approver=approver)
        own[officer] = condition(
            cast, loans[officer], f"Offtake, says {officer}", by=officer, approver=approver, level=Level.LEAD,
            kind="offtake", waits_for=[Wait(shared=threshold)],
        )  # fmt: skip
        moved(cast, loans[officer], "conditional_approval", by=officer, approver=approver)
        sign(cast, loans[officer], by=officer, approver=approver)
    # The coordinator sees three lenders wait for the one; each lender sees itself wait for it, and nobody else.
    for who in ("ada", *LENDERS):
        assert blocking(cast, who) == {"Binding offtake for 80 % of output": "now"}
    with acting_as(cast.sora):
        followers = closing_of(Deal.objects.get(pk=cast.deal.pk)).closing.following
        assert [row.condition for row in followers] == [own["sora"].pk]
    with acting_as(cast.ada):
        clear_condition(by=cast.ada, condition=threshold, to="satisfied", evidence="Contracts with four buyers")
    assert blocking(cast, "ada") == {f"Offtake, says {officer}": "now" for officer in LENDERS}
    # One lender is content, another is not yet: nobody decides for it.
    with acting_as(cast.mina):
        clear_condition(by=cast.mina, condition=own["mina"], to="satisfied", evidence="As the coordinator shows")
    moved(cast, loans["mina"], "effective")
    assert blocking(cast, "ada") == {f"Offtake, says {officer}": "now" for officer in ("rolf", "sora")}
    assert blocking(cast, "mina") == {}


def test_what_is_hidden_changes_nothing_of_what_blocks(cast: Cast) -> None:
    """The same deal in two worlds: in one, a rival hides a letter, conditions and what they wait for."""
    threshold = condition(cast, None, "Offtake", by="ada", approver="abe", level=Level.INVITED)
    mine = letter(cast, Level.PARTIES, by="rolf", approver="rita")
    condition(cast, mine, "Mine", by="rolf", approver="rita", waits_for=[Wait(shared=threshold)])

    def seen(look: Callable[[Deal], object]) -> list[str]:
        worlds = []
        for who in ("rolf", "ada", "sora", "dami"):
            with acting_as(cast.people[who]):
                deal = Deal.objects.filter(pk=cast.deal.pk).first()
                worlds.append(repr(look(deal)) if deal else "none")
        return worlds

    def in_words(deal: Deal) -> object:
        found = closing_of(deal)
        return found.closing, [found.next_step(row.condition, row.how, row.waits) for row in found.closing.blocking]

    before = seen(in_words)
    hidden = letter(cast)
    waits = [Wait(mine, "approved"), Wait(shared=threshold)]
    condition(cast, hidden, "Hidden", waits_for=waits)
    only = condition(cast, hidden, "Hidden too", waits_for=[Wait(hidden, "effective")])
    with acting_as(cast.mina):
        clear_condition(by=cast.mina, condition=only, to="waived", reason="x")
    assert seen(in_words) == before
