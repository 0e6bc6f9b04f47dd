"""Teasers: chosen facts under a code name, to one institution, and nothing that leads to the deal."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from deals.models import Deal, Interest, Teaser, TeaserOrigin, TeaserReply
from deals.services import teasers
from deals.services.teasers import Facts, end_teaser, release_teaser, reply_to_teaser
from institutions.isolation.session import acting_as
from institutions.models import Event
from institutions.refusals import Forbidden, NotFound
from tests.acts import confirm_waiting
from tests.cast import Cast
from tests.deals.book import run

pytestmark = pytest.mark.django_db

SOON = date.today() + timedelta(days=30)
FACTS = Facts(place="Australia", words="Rare earths, close to construction.", instruments=("senior_loan",))


@contextmanager
def refused(says: str) -> Iterator[None]:
    with pytest.raises(DatabaseError, match=says), transaction.atomic():
        yield


def prepared(cast: Cast, to: str = "maple", **changed: Any) -> Teaser:
    asked: dict[str, Any] = {"to": cast.bank(to), "until": SOON, "reply_to": "Ada, Austral", "facts": FACTS} | changed
    with acting_as(cast.ada):
        return release_teaser(by=cast.ada, deal=cast.deal, **asked)


def released(cast: Cast, to: str = "maple", **changed: Any) -> Teaser:
    made = prepared(cast, to, **changed)
    confirm_waiting(cast, made, by="abe")
    return made


def seen(cast: Cast, who: str) -> list[str]:
    with acting_as(cast.people[who]):
        return [row.code_name for row in Teaser.objects.all()]


def test_it_is_told_once_an_approver_confirms_and_to_nobody_else(cast: Cast) -> None:
    made = prepared(cast)
    assert seen(cast, "marc") == []
    confirm_waiting(cast, made, by="abe")
    assert seen(cast, "marc") == ["Blue Gum"]
    assert [seen(cast, who) for who in ("rolf", "mina", "sora", "cora", "dora")] == [[]] * 5


def test_nothing_in_it_leads_to_the_deal(cast: Cast) -> None:
    made = released(cast, tell_target=True)
    with acting_as(cast.marc):
        assert not Deal.objects.filter(pk=cast.deal.pk).exists()
        assert not TeaserOrigin.objects.exists()
        [row] = run("SELECT to_jsonb(t)::text FROM deals_teaser t")
        log = [str(event.after) + str(event.before) for event in Event.objects.filter(row_id=made.pk)]
    assert log
    assert not [text for text in (*row, *log) if str(cast.deal.pk) in str(text) or "Wattle" in str(text)]


def test_a_party_is_told_like_a_stranger(cast: Cast) -> None:
    made = released(cast, "rhein")
    released(cast, "maple")
    with acting_as(cast.rolf):
        assert [row.pk for row in Teaser.objects.all()] == [made.pk]
        assert not TeaserOrigin.objects.exists()


def test_an_officer_ends_it_at_once(cast: Cast) -> None:
    made = released(cast)
    with acting_as(cast.ada):
        end_teaser(by=cast.ada, teaser=made)
        with pytest.raises(teasers.TeaserEnded):
            end_teaser(by=cast.ada, teaser=made)
        with refused("ended earlier"):
            run("UPDATE deals_teaser SET until = until + interval '1 year'")
    assert (seen(cast, "marc"), seen(cast, "abe")) == ([], ["Blue Gum"])


def test_a_deal_team_keeps_the_deal_from_colleagues_of_the_owner(cast: Cast) -> None:
    from institutions.models import Staff

    made = released(cast)
    with acting_as(cast.ada):
        outsider = Staff.objects.filter(institution=cast.ada.institution_id).exclude(pk__in=[cast.ada.pk, cast.abe.pk])
        assert not outsider.exists()
        run("SELECT wall.wall_off(%s, %s)", cast.deal.pk, [cast.abe.pk])
        assert not TeaserOrigin.objects.exists()
        with pytest.raises(NotFound):
            end_teaser(by=cast.ada, teaser=made)


def test_whom_it_is_addressed_to_answers_its_owner_alone(cast: Cast) -> None:
    made = released(cast)
    for who in ("ada", "rolf"):
        with acting_as(cast.people[who]), pytest.raises(teasers.NotAddressed):
            reply_to_teaser(by=cast.people[who], teaser=made, answer=Interest.INTERESTED)
    with acting_as(cast.marc):
        reply_to_teaser(by=cast.marc, teaser=made, answer=Interest.INTERESTED, note="Up to 50 million")
        # To nobody else than its owner, and only about a teaser that is told to it.
        with refused("foreign key"), transaction.atomic():
            TeaserReply(owner=cast.marc.institution, teaser=made, to=cast.bank("rhein"), answer="interested").save()
            run("SET CONSTRAINTS ALL IMMEDIATE")
    with acting_as(cast.ada):
        assert [reply.note for reply in TeaserReply.objects.all()] == ["Up to 50 million"]
    with acting_as(cast.rolf):
        assert not TeaserReply.objects.exists()
        with refused("row-level security"):
            TeaserReply(owner=cast.rolf.institution, teaser=made, to=cast.bank("austral"), answer="interested").save()


def test_what_is_not_its_owners_own_is_not_told(cast: Cast) -> None:
    made = prepared(cast)
    with acting_as(cast.ada):
        for change in ("target = 1, currency = 'USD'", "words = 'gap: 200'", "code_name = 'X'"):
            with refused("permission denied"):
                run(f"UPDATE deals_teaser SET {change}")
        for facts in ({"target": 123, "currency": "USD"}, {"code_name": "Red Gum"}):
            other = Teaser(owner=made.owner, to=made.to, until=made.until, **{"code_name": "Blue Gum"} | facts)
            with refused("what its owner says"):
                other.save()
                TeaserOrigin(owner=made.owner, deal=cast.deal, teaser=other).save()


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"to": "austral"}, teasers.NotOfTheNetwork),
        ({"to": "corner"}, teasers.NotOfTheNetwork),
        ({"until": date.today() - timedelta(days=1)}, teasers.EndsInThePast),
        ({"facts": Facts(minerals=("unobtainium",))}, teasers.NoSuchMineral),
        ({"facts": Facts()}, teasers.NothingTold),
    ],
)
def test_what_is_refused(cast: Cast, changed: dict[str, Any], refusal: type[Exception]) -> None:
    to = changed.pop("to", "maple")
    with pytest.raises(refusal):
        prepared(cast, to, **changed)


def test_only_the_registrar_releases(cast: Cast) -> None:
    with acting_as(cast.rolf), pytest.raises(Forbidden):
        release_teaser(
            by=cast.rolf, deal=cast.deal, to=cast.bank("maple"), until=SOON, reply_to="Rolf", facts=FACTS
        )  # fmt: skip


def test_a_deal_without_a_code_name_has_no_teaser(cast: Cast) -> None:
    with acting_as(cast.ada):
        Deal.objects.filter(pk=cast.deal.pk).update(code_name="")
        cast.deal.refresh_from_db()
    with pytest.raises(teasers.NoCodeName):
        prepared(cast)
