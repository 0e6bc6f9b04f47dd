"""The demo's readers: they follow the Nolans deal and let mail carry all, and keep what they chose since."""

import pytest

from institutions.isolation.session import acting_as
from institutions.models import Staff
from network import demo
from network.models import Carries, MailPolicy
from network.selectors.follows import follows
from network.services.following import unfollow
from network.services.mail_policy import set_policy
from tests.cast import Cast


def test_it_is_set_up_once_and_leaves_later_choices_alone(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    Staff.objects.update(demo=True)
    monkeypatch.setattr(demo, "FOLLOWED", cast.deal.slug)
    done = demo.set_up()
    # Austral, Rhein and Sakura with two each, and the two of Hanok's deal team.
    assert done == demo.Done(followers=8, institutions=8)
    with acting_as(cast.rolf):
        assert follows(cast.rolf, cast.deal.pk)
        unfollow(by=cast.rolf, deal=cast.deal.pk)
        set_policy(by=cast.rolf, carries=Carries.NAMES)
    assert demo.set_up() == demo.Done(0, 0)
    with acting_as(cast.rolf):
        assert not follows(cast.rolf, cast.deal.pk)
        assert MailPolicy.objects.get(institution=cast.bank("rhein")).carries == Carries.NAMES
