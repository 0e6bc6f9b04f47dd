"""See as: what another is shown of one's own, by the rule in the database, and nothing that one is not to know."""

from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from deals.models import Commitment
from institutions.isolation.levels import EVERYONE, Level
from institutions.isolation.session import acting_as, seeing_as
from institutions.models import AudienceMember, Network
from tests import room
from tests.acts import grant, letter, walled_network_deal
from tests.cast import Cast
from tests.project_acts import project
from tests.web import Page, Web

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("second_factor_is_free")]


def seen(web: Web, kind: str, key: UUID, whom: UUID) -> Page:
    return web.get(f"deals_{kind}_seen", key, whom)


def inner(page: Page) -> str:
    """What stands within the frame."""
    _, _, rest = page.text.partition('<article class="ob-page ob-seen"')
    return Page(200, rest.partition("</article>")[0], "", b"", 0).seen


def test_a_party_sees_the_letter_and_not_its_size(cast: Cast) -> None:
    made = letter(cast, Level.PARTIES, by="rolf", approver="rita", size_level=Level.OWN, money="123000000")
    web = Web(cast.rolf)
    as_hanok = inner(seen(web, "commitment", made.pk, cast.bank("hanok").pk))
    assert "letter of interest" in as_hanok
    assert "123,000,000" not in as_hanok
    assert "123,000,000" in web.get("deals_commitment_change", made.pk).seen
    # Sakura is invited and signed no NDA.
    assert "is the same as missing" in seen(web, "commitment", made.pk, cast.bank("sakura").pk).seen


def test_it_is_what_the_other_is_really_shown(cast: Cast) -> None:
    made = letter(cast, Level.PARTIES, by="rolf", approver="rita", size_level=Level.LEAD, money="50000000")
    preview = inner(seen(Web(cast.rolf), "commitment", made.pk, cast.bank("austral").pk))
    real = Web(cast.ada).get("deals_commitment_change", made.pk).seen
    assert "USD 50,000,000" in preview
    assert "USD 50,000,000" in real


def test_who_was_named_sees_it_and_the_others_do_not(cast: Cast) -> None:
    made = letter(cast, Level.OWN)
    web = Web(cast.mina)
    assert "is the same as missing" in seen(web, "commitment", made.pk, cast.bank("sakura").pk).seen
    grant(cast, made, "sakura")
    assert "letter of interest" in inner(seen(web, "commitment", made.pk, cast.bank("sakura").pk))
    assert "is the same as missing" in seen(web, "commitment", made.pk, cast.bank("maple").pk).seen


def test_a_deal_shows_what_its_registrar_tells_and_nothing_of_others(cast: Cast) -> None:
    letter(cast, Level.PARTIES, by="rolf", approver="rita", size_level=Level.PARTIES, money="77000000")
    web = Web(cast.ada)
    assert "77,000,000" in web.get("deals_deal_change", cast.deal.pk).seen
    as_hanok = inner(seen(web, "deal", cast.deal.pk, cast.bank("hanok").pk))
    assert cast.deal.name in as_hanok
    # Hanok sees it, but whether it does is Rhein's to know, not Austral's.
    assert "77,000,000" not in as_hanok


def test_in_the_network_and_beyond(cast: Cast) -> None:
    made = project(cast, "Balama North", by="marc", level=Level.NETWORK)
    web = Web(cast.marc)
    network = Network.objects.get()
    assert "Balama North" in inner(seen(web, "project", made.pk, network.pk))
    assert "is the same as missing" in seen(web, "project", made.pk, EVERYONE).seen
    assert "is the same as missing" in seen(web, "project", made.pk, cast.bank("corner").pk).seen
    assert "Balama North" in inner(seen(web, "project", made.pk, cast.bank("fjord").pk))


def test_a_document_of_ones_own(cast: Cast) -> None:
    made = room.document(cast, Level.PARTIES, by="rolf")
    web = Web(cast.rolf)
    assert "Wattle model" in inner(seen(web, "document", made.pk, cast.bank("austral").pk))
    assert "is the same as missing" in seen(web, "document", made.pk, cast.bank("maple").pk).seen


def test_only_its_owner_and_only_within_the_deals_team(cast: Cast) -> None:
    made = letter(cast, Level.PARTIES, size_level=Level.PARTIES)
    hanok, maple = cast.bank("hanok").pk, cast.bank("maple").pk
    for who in (cast.ada, cast.rolf, cast.dami, cast.dora):
        assert seen(Web(who), "commitment", made.pk, maple).status == 404
    for whom in (uuid4(), cast.mina.pk):
        assert seen(Web(cast.mina), "commitment", made.pk, whom).status == 404
    assert Web(cast.mina).get("deals_commitment_seen", made.pk, hanok).address.endswith(f"/{made.pk}/change/")


def test_nothing_can_be_changed_and_everything_is_as_before_afterwards(cast: Cast) -> None:
    made = letter(cast, Level.PARTIES, by="rolf", approver="rita")
    with acting_as(cast.rolf):
        before = AudienceMember.objects.count()
        with seeing_as(cast.bank("hanok").pk, made.pk):
            assert Commitment.objects.filter(pk=made.pk).exists()
            with pytest.raises(DatabaseError, match="read-only"), transaction.atomic():
                Commitment.objects.filter(pk=made.pk).update(note="seen")
        assert AudienceMember.objects.count() == before
    # Who acts is who acted before, and writes again.
    letter(cast, Level.PARTIES, by="rolf", approver="rita")


def test_a_preview_can_never_be_committed(cast: Cast) -> None:
    made = letter(cast, Level.PARTIES, by="rolf", approver="rita")
    with acting_as(cast.rolf), connection.cursor() as cursor:
        cursor.execute("SELECT wall.see_as(%s, %s)", [cast.bank("hanok").pk, made.pk])
        with pytest.raises(DatabaseError, match="read-only"), transaction.atomic():
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_whom_to_see_it_as_is_chosen_from_the_page(cast: Cast) -> None:
    web = Web(cast.ada)
    page = web.get("deals_deal_change", cast.deal.pk)
    assert f"/admin/deals/deal/{cast.deal.pk}/as/" in page.text
    choose = web.get("deals_deal_as", cast.deal.pk)
    assert "Everyone, also outside the network" in choose.seen
    chosen = web.get("deals_deal_as", cast.deal.pk, whom=str(cast.bank("hanok").pk))
    assert chosen.address == f"/admin/deals/deal/{cast.deal.pk}/as/{cast.bank('hanok').pk}/"
    assert "As Hanok Eximbank sees it" in web.go("/" + chosen.address.lstrip("/")).seen


def test_a_colleague_outside_the_team_of_a_deal_told_to_the_network_finds_no_such_page(cast: Cast) -> None:
    deal = walled_network_deal(cast, "banksia")
    dami = Web(cast.dami)
    assert dami.get("deals_deal_change", deal.pk).status == 200
    for name, more in (("deals_deal_as", ()), ("deals_deal_seen", (cast.bank("maple").pk,))):
        assert dami.get(name, deal.pk, *more).status == 404
        assert Web(cast.mina).get(name, deal.pk, *more).status == 200
