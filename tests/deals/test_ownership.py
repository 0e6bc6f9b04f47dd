"""Companies and holdings: each maker's own statements, put together in tiers for each reader."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from deals.models import Company, Holding, Project
from deals.ownership import Finding, Verdict
from deals.selectors.ownership import ownership_of
from deals.services.companies import (
    CompanyDraft,
    CompanyThere,
    NotYourCompany,
    RoleEnded,
    RoleThere,
    change_company,
    end_role,
    name_role,
    register_company,
    tell_company,
)
from deals.services.facts import NewerThere, NotYourStatement
from deals.services.ownership import BeyondWhatItNames, HoldingDraft, state_holding, tell_holding
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.refusals import Unmet
from tests.cast import Cast
from tests.project_acts import again, company, curated, decide, holding, project

LEI = "5493001KJTIIGC8Y1R12"
FEOC = "foreign_entity_of_concern"


def found(cast: Cast, who: str, about: Project, pack: str = FEOC) -> Finding | None:
    with acting_as(cast.people[who]):
        seen = ownership_of([about.pk])
    return next((each for each in seen.findings if each.pack.code == pack), None)


def shares(cast: Cast, who: str, about: Project) -> dict[str, tuple[str, str]]:
    with acting_as(cast.people[who]):
        seen = ownership_of([about.pk])
    return {
        seen.tiers.holders[key].name: (f"{share.low.normalize():f}", f"{share.high.normalize():f}")
        for key, share in seen.tiers.shares().items()
    }


def test_20_direct_and_6_through_two_tiers_is_flagged_at_25_and_no_majority(cast: Cast) -> None:
    mine = curated(cast)
    state = company(cast, "Ministry", country="CN", is_state=True)
    upper, lower, sponsor = (company(cast, name, country="AU") for name in ("Upper", "Lower", "Sponsor"))
    for held, holder, share in (
        (mine, state, "20"), (mine, lower, "20"), (mine, sponsor, "45"), (mine, None, "15"),
        (lower, upper, "50"), (lower, None, "50"), (upper, state, "60"), (upper, None, "40"),
    ):  # fmt: skip
        holding(cast, held, holder, share)
    flagged, majority = found(cast, "ada", mine), found(cast, "ada", mine, "majority_control")
    assert flagged is not None
    assert majority is not None
    assert (flagged.verdict, flagged.share.low) == (Verdict.FLAGGED, Decimal(26))
    assert [str(path.share.low.normalize()) for path in flagged.paths] == ["2E+1", "6"]
    assert majority.verdict is Verdict.CLEAR
    assert shares(cast, "ada", mine)["Ministry"] == ("26", "26")


def test_each_reader_looks_through_what_it_is_told(cast: Cast) -> None:
    mine, state = curated(cast), company(cast, "Ministry", country="CN", is_state=True, level=Level.OWN)
    sponsor = company(cast, "Sponsor", country="AU")
    holding(cast, mine, sponsor, "100")
    holding(cast, sponsor, state, "80", level=Level.OWN)
    own, others = found(cast, "marc", mine), found(cast, "ada", mine)
    assert own is not None
    assert others is not None
    assert (own.verdict, others.verdict) == (Verdict.FLAGGED, Verdict.CLEAR)
    assert shares(cast, "ada", mine) == {"Sponsor": ("100", "100")}


def test_one_company_of_several_institutions_is_one_by_its_lei(cast: Cast) -> None:
    mine = curated(cast)
    theirs, ours = company(cast, "Sponsor", lei=LEI), company(cast, "SPONSOR LTD", by="rolf", lei=LEI)
    state = company(cast, "Ministry", by="rolf", country="CN", is_state=True)
    holding(cast, mine, theirs, "60")
    holding(cast, ours, state, "50", by="rolf")
    assert shares(cast, "ada", mine)["Ministry"] == ("30", "30")


def test_a_later_statement_supersedes_its_makers_and_others_span_a_range(cast: Cast) -> None:
    mine, sponsor = curated(cast), company(cast, "Sponsor")
    holding(cast, mine, sponsor, "60", as_of=date(2025, 1, 1))
    holding(cast, mine, sponsor, "70", as_of=date(2026, 1, 1))
    assert shares(cast, "ada", mine) == {"Sponsor": ("70", "70")}
    holding(cast, mine, sponsor, "75", by="rolf")
    assert shares(cast, "ada", mine) == {"Sponsor": ("70", "75")}
    with acting_as(cast.marc), pytest.raises(NewerThere):
        state_holding(by=cast.marc, draft=HoldingDraft(mine, sponsor, date(2025, 6, 1), Decimal(1)))
    # Held no more.
    holding(cast, mine, sponsor, "0", as_of=date(2026, 2, 1))
    holding(cast, mine, sponsor, "0", by="rolf", as_of=date(2026, 2, 1))
    assert shares(cast, "ada", mine) == {}


def test_a_hidden_later_statement_supersedes_nothing_for_others(cast: Cast) -> None:
    mine, sponsor = curated(cast), company(cast, "Sponsor")
    holding(cast, mine, sponsor, "60")
    holding(cast, mine, sponsor, "10", as_of=date(2026, 2, 1), level=Level.OWN)
    assert shares(cast, "ada", mine) == {"Sponsor": ("60", "60")}
    assert shares(cast, "marc", mine) == {"Sponsor": ("10", "10")}


def test_what_lies_above_a_hidden_company_is_no_part_of_it(cast: Cast) -> None:
    mine, hidden = curated(cast), company(cast, "Hidden")
    top, party = company(cast, "Top", by="rolf"), company(cast, "Party", by="rolf")
    holding(cast, mine, hidden, "60", by="rolf")
    holding(cast, hidden, top, "60", by="rolf")
    holding(cast, top, party, "60", by="rolf")
    with acting_as(cast.marc):
        tell_company(by=cast.marc, company=hidden, level=Level.OWN)
    with acting_as(cast.ada):
        seen = ownership_of([mine.pk])
    assert (seen.tiers.above, seen.tiers.untold, seen.statements, seen.whole) == ({}, {}, [], True)


def test_circles_of_holdings_end(cast: Cast) -> None:
    mine, one, other = curated(cast), company(cast, "One"), company(cast, "Other")
    holding(cast, mine, one, "50")
    holding(cast, one, other, "50")
    holding(cast, other, one, "50")
    assert shares(cast, "ada", mine) == {"One": ("50", "50"), "Other": ("25", "25")}


def test_a_holding_is_told_no_further_than_what_it_names(cast: Cast) -> None:
    mine, hidden = curated(cast), company(cast, "Hidden", level=Level.OWN)
    draft = HoldingDraft(mine, hidden, date(2026, 1, 1), Decimal(10))
    with acting_as(cast.marc):
        with pytest.raises(BeyondWhatItNames):
            state_holding(by=cast.marc, draft=draft, level=Level.NETWORK)
        made = state_holding(by=cast.marc, draft=draft)
        with pytest.raises(BeyondWhatItNames):
            tell_holding(by=cast.marc, holding=made, level=Level.NETWORK)
        # The database holds it against whoever comes past the services.
        with pytest.raises(DatabaseError), transaction.atomic():
            Holding.objects.filter(pk=made.pk).update(level="network")


def test_what_is_narrowed_takes_its_owners_holdings_along(cast: Cast) -> None:
    mine, sponsor = curated(cast), company(cast, "Sponsor")
    holding(cast, mine, sponsor, "60")
    holding(cast, mine, sponsor, "60", by="rolf")
    with acting_as(cast.marc):
        tell_company(by=cast.marc, company=sponsor, level=Level.OWN)
        assert {row.level for row in Holding.objects.filter(owner=cast.bank("maple"))} == {"own"}
    # What others said of it names a company that nobody sees, and is told with it.
    assert shares(cast, "ada", mine) == {}


def test_only_its_maker_tells_a_holding_and_only_its_owner_changes_a_company(cast: Cast) -> None:
    mine, sponsor = curated(cast), company(cast, "Sponsor")
    made = holding(cast, mine, sponsor, "60")
    with acting_as(cast.rolf):
        with pytest.raises(NotYourStatement):
            tell_holding(by=cast.rolf, holding=made, level=Level.OWN)
        with pytest.raises(NotYourCompany):
            change_company(by=cast.rolf, company=sponsor, name="Taken")
    with acting_as(cast.marc), pytest.raises(DatabaseError), transaction.atomic():
        Holding.objects.filter(pk=made.pk).update(share=1)


@pytest.mark.parametrize(
    ("says", "pointer"),
    [
        ({"share": Decimal(101)}, "/share"),
        ({"share": Decimal(-1)}, "/share"),
        ({"holder": None, "share": None}, "/share"),
        ({"holder": None, "control": "voting_rights"}, "/control"),
        ({"control": "charm"}, "/control"),
        # In so many days: of the day on which it is asked, and not on which the tests began.
        ({"as_of": timedelta(days=1)}, "/as_of"),
    ],
)
def test_what_does_not_fit_is_named_and_nothing_is_kept(cast: Cast, says: dict[str, Any], pointer: str) -> None:
    mine, sponsor = curated(cast), company(cast, "Sponsor")
    usual: dict[str, Any] = {"held": mine, "holder": sponsor, "as_of": date(2026, 1, 1), "share": Decimal(5)}
    told = {name: date.today() + value if isinstance(value, timedelta) else value for name, value in says.items()}
    draft = HoldingDraft(**usual | told)
    with acting_as(cast.marc):
        with pytest.raises(Unmet) as refused:
            state_holding(by=cast.marc, draft=draft)
        assert list(refused.value.unmet) == [pointer]
        assert not Holding.objects.exists()


@pytest.mark.parametrize(
    "row",
    [
        {"share": 101}, {"share": -1}, {"holder": None, "share": None}, {"holder": None, "control": "voting_rights"},
        {"control": "charm"}, {"project": None}, {"level": "parties"},
    ],
)  # fmt: skip
def test_the_table_refuses_what_comes_past_the_services(cast: Cast, row: dict[str, Any]) -> None:
    mine, sponsor = curated(cast), company(cast, "Sponsor")
    sound: dict[str, Any] = {
        "owner": cast.bank("maple"), "network": cast.network, "project": mine, "holder": sponsor, "share": 5,
        "as_of": date(2026, 1, 1),
    }  # fmt: skip
    with acting_as(cast.marc):
        with pytest.raises(DatabaseError), transaction.atomic():
            Holding.objects.create(**sound | row)
        Holding.objects.create(**sound)


def test_a_company_is_sound_and_once_per_institution(cast: Cast) -> None:
    with acting_as(cast.marc):
        with pytest.raises(Unmet) as refused:
            register_company(
                by=cast.marc, draft=CompanyDraft("Sponsor", lei=LEI[:-1] + "3", is_state=True), network=cast.network
            )
        assert set(refused.value.unmet) == {"/lei", "/country"}
        made = register_company(by=cast.marc, draft=CompanyDraft("Sponsor", "CA"), network=cast.network)
        with pytest.raises(CompanyThere):
            register_company(by=cast.marc, draft=CompanyDraft("Sponsor", "CA"), network=cast.network)
        with pytest.raises(IntegrityError), transaction.atomic():
            Company.objects.create(
                owner=cast.bank("maple"), network=cast.network, name="Nowhere", country="", is_state=True
            )
        change_company(by=cast.marc, company=made, name="Sponsor", lei=LEI)
    # Another institution's of the same name is no business of either.
    company(cast, "Sponsor", by="rolf", country="CA", level=Level.OWN)


def test_a_company_is_named_in_ones_own_project_and_told_by_two(cast: Cast) -> None:
    mine, sponsor = project(cast, level=Level.NETWORK), company(cast, "Sponsor")
    with acting_as(cast.marc):
        role = name_role(by=cast.marc, project=mine, company=sponsor, role="offtaker")
        with pytest.raises(RoleThere):
            name_role(by=cast.marc, project=mine, company=sponsor, role="offtaker")
        assert role.level == "own"
    decide(cast, "marc")
    role = again(cast, role, by="marc")
    assert role.level == "network"
    with acting_as(cast.marc):
        end_role(by=cast.marc, role=role, on=date.today())
        role.refresh_from_db()
        with pytest.raises(RoleEnded):
            end_role(by=cast.marc, role=role, on=date.today())


def test_looking_through_many_tiers_asks_two_questions(cast: Cast) -> None:
    mine = curated(cast)
    below: Project | Company = mine
    for tier in range(6):
        upper = company(cast, f"Tier {tier}", level=Level.OWN)
        holding(cast, below, upper, "90", level=Level.OWN)
        below = upper
    with acting_as(cast.marc), CaptureQueriesContext(connection) as asked:
        seen = ownership_of([mine.pk])
    assert len(seen.tiers.shares()) == 6
    assert len(asked) == 2


def test_a_rivals_word_clears_and_flags_nothing_where_others_tell_the_whole(cast: Cast) -> None:
    mine, sponsor = curated(cast), company(cast, "Sponsor", country="AU", lei=LEI)
    holding(cast, mine, sponsor, "100")
    # Another holder beside the whole, and the same company as a state of another country.
    ministry = company(cast, "Ministry", by="rolf", country="CN", is_state=True)
    holding(cast, mine, ministry, "60", by="rolf")
    for pack in (FEOC, "majority_control"):
        seen = found(cast, "ada", mine, pack)
        assert seen is not None
        assert seen.verdict is Verdict.UNKNOWN, pack
    holding(cast, mine, ministry, "0", by="rolf", as_of=date(2026, 2, 1))
    other = company(cast, "Sponsor of China", by="rolf", country="CN", is_state=True, lei=LEI)
    holding(cast, mine, other, "100", by="rolf")
    seen = found(cast, "ada", mine)
    assert seen is not None
    assert (seen.verdict, seen.share.low) == (Verdict.UNKNOWN, Decimal(0))
