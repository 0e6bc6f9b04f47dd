"""Projects in the web admin: registered, stated, told, linked and merged; what is published of one confirmed."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from deals.models import Commitment, Confirmation, Project, ProjectFact, ProjectMerge, SameAs
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from tests.acts import confirm_waiting, letter, published
from tests.cast import Cast, in_a_year
from tests.project_acts import curated, decide, merge, mineral, project, stage
from tests.web import Page, Web

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("second_factor_is_free")]


def register(cast: Cast, *, by: str = "marc", **changed: Any) -> Page:
    form: dict[str, object] = {"name": "Balama North", "country": "mz", "level": "own"}
    return Web(cast.people[by]).post("deals_project_register", **form | changed)


def projects(cast: Cast, who: str = "marc") -> list[Project]:
    with acting_as(cast.people[who]):
        return list(Project.objects.filter(origin="registered"))


def test_a_project_is_registered_and_shown(cast: Cast) -> None:
    graphite = mineral(cast)
    assert "Register a project" in Web(cast.marc).get("deals_project_changelist").seen
    page = register(
        cast, aliases="Nicanda; Montepuez", latitude="-13.3", longitude="38.6", minerals=[graphite.pk],
        chain_stages=["extraction"],
    )  # fmt: skip
    assert "The project is registered. Only your institution sees it." in page.seen
    assert "Nicanda, Montepuez" in page.seen
    (made,) = projects(cast)
    assert (made.country, made.aliases, made.level) == ("MZ", ["Nicanda", "Montepuez"], "own")


def test_likely_duplicates_are_shown_before_anything_is_made(cast: Cast) -> None:
    curated(cast)
    page = register(cast)
    assert page.status == 422
    assert "These could be the same project" in page.seen
    assert "a similar name" in page.seen
    assert projects(cast) == []
    page = register(cast, different="on")
    assert page.status == 200
    assert "These could be the same:" in page.seen
    assert len(projects(cast)) == 1


def test_a_hidden_project_is_no_duplicate(cast: Cast) -> None:
    project(cast, "Balama North", by="rolf")
    assert register(cast).status == 200


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"country": "Mozambique"}, "at most 2 characters"),
        ({"latitude": "13"}, "together, or neither"),
        ({"latitude": "north", "longitude": "1"}, "Give degrees"),
        ({"name": "Balama\u202e"}, "can't be seen"),
        ({"minerals": [str(uuid4())]}, "not one of the available choices"),
        ({"level": "parties"}, "not one of the available choices"),
    ],
)
def test_a_mistake_is_named_at_its_field(cast: Cast, changed: dict[str, Any], says: str) -> None:
    page = register(cast, **changed)
    assert page.status == 422
    assert says in page.seen
    assert projects(cast) == []


@pytest.mark.parametrize(("who", "status", "says"), [
    ("mary", 403, "This needs the role officer"),
    ("finn", 422, "Members of the network register projects"),
    ("cora", 422, "Members of the network register projects"),
])  # fmt: skip
def test_who_may_not_is_told_why(cast: Cast, who: str, status: int, says: str) -> None:
    page = register(cast, by=who)
    assert page.status == status
    assert says in page.seen


def test_it_is_told_to_the_network_once_an_approver_confirms(cast: Cast) -> None:
    made = project(cast)
    page = Web(cast.marc).post("deals_project_level", made.pk, level="network")
    assert "An approver of your institution is asked" in page.seen
    assert "Tell network of the project Balama North" in page.seen
    assert Web(cast.rolf).get("deals_project_change", made.pk).status == 404
    approvals = Web(cast.mary).get("approvals").seen
    assert "Tell the project to 'network'" in approvals
    decide(cast, "marc")
    assert Web(cast.rolf).get("deals_project_change", made.pk).status == 200
    assert "Told from now on: 'own'." in Web(cast.marc).post("deals_project_level", made.pk, level="own").seen


def state(cast: Cast, about: Project, *, by: str = "marc", **changed: Any) -> Page:
    form: dict[str, object] = {
        "code": "development_stage", "value": "operating", "unit": "", "as_of": "2026-05-01", "precision": "day",
        "mineral": "", "category": "", "reporting_code": "", "grade": "", "grade_unit": "", "competent_person": "",
        "basis": "Site visit", "level": "own",
    }  # fmt: skip
    return Web(cast.people[by]).post("deals_project_fact", about.pk, **form | changed)


def test_facts_are_stated_and_stand_side_by_side(cast: Cast) -> None:
    news, graphite = curated(cast), mineral(cast)
    stage(cast, news, "closed", date(2026, 4, 1), by="rolf", level=Level.NETWORK)
    assert state(cast, news).status == 200
    state(cast, news, code="capex", value="1250000000", unit="usd")
    state(cast, news, code="planned_output", value="29300.5", unit="t per year", mineral=graphite.pk)
    page = state(cast, news, code="resource", value="110", unit="Mt", category="measured", reporting_code="jorc",
                 grade="8.1", grade_unit="percent", competent_person="R. Roe")  # fmt: skip
    assert page.status == 200
    for said in ("development stage shown operating 1 May 2026 Maple Site visit", "USD 1,250,000,000",
                 "planned output, Graphite shown 29,300.5 t per year", "110 mt at 8.1 percent",
                 "closed 1 Apr 2026 Rhein", "Development operating"):  # fmt: skip
        assert said in page.seen, said
    others = Web(cast.ada).get("deals_project_change", news.pk).seen
    assert "closed 1 Apr 2026 Rhein" in others
    assert "Maple" not in others
    page = state(cast, news, value="commissioning", as_of="2026-05-02")
    assert "superseded" in page.seen


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"value": "dreaming"}, "Choose from: early_exploration"),
        ({"code": "capex", "value": "1.005", "unit": "USD"}, "USD has 2 decimals"),
        ({"code": "capex", "value": "1", "unit": "XXQ"}, "not a currency"),
        ({"code": "fid_date", "value": "soon"}, "Give a day of the calendar"),
        ({"code": "mine_life", "value": "twenty", "unit": "years"}, "Give a number"),
        ({"code": "mine_life", "value": "20", "unit": "t"}, "Choose from: years"),
        ({"as_of": "2099-01-01"}, "dated today or earlier"),
        ({"code": "planned_output", "value": "20", "unit": "t_per_year"}, "Name the mineral"),
    ],
)
def test_a_statement_that_is_wrong_is_refused_at_its_field(cast: Cast, changed: dict[str, Any], says: str) -> None:
    page = state(cast, curated(cast), **changed)
    assert page.status == 422
    assert says in page.seen
    with acting_as(cast.marc):
        assert not ProjectFact.objects.exists()


def test_a_link_is_noted_and_ended(cast: Cast) -> None:
    news, mine = curated(cast), project(cast)
    page = Web(cast.marc).post("deals_project_one", mine.pk, other=news.slug, act="same", level="own")
    assert "The same as Balama , says Maple" in page.seen
    with acting_as(cast.marc):
        link = SameAs.objects.get()
    assert Web(cast.rolf).post("deals_sameas_end", link.pk).status == 404
    assert "The same as" not in Web(cast.marc).post("deals_sameas_end", link.pk).seen
    twin = project(cast, "Balama")
    for other, says in (("nowhere", "no such project"), (mine.slug, "the project itself"), (twin.slug, "Several")):
        page = Web(cast.marc).post("deals_project_one", mine.pk, other=other, act="same", level="own")
        assert (page.status, says in page.seen) == (422, True)


def test_an_old_address_leads_to_the_project_that_it_is_now(cast: Cast) -> None:
    old, new = project(cast, level=Level.NETWORK), project(cast, "Balama", level=Level.NETWORK)
    page = Web(cast.marc).post("deals_project_one", old.pk, other=str(new.pk), act="into", level="own")
    assert "Balama North was merged into this project." in page.seen
    assert page.address.endswith(f"{new.pk}/change/")
    assert Web(cast.rolf).get("deals_project_change", old.pk).status == 200
    with acting_as(cast.marc):
        word = ProjectMerge.objects.get()
    assert Web(cast.rolf).post("deals_projectmerge_withdraw", word.pk).status == 404
    assert "Withdrawn" in Web(cast.marc).post("deals_projectmerge_withdraw", word.pk).seen


def test_two_owners_merge_through_their_approvers(cast: Cast) -> None:
    old, new = project(cast), project(cast, "Balama", by="rolf", level=Level.NETWORK)
    page = Web(cast.marc).post("deals_project_one", old.pk, other=new.slug, act="into", level="own")
    assert "An approver is asked to propose" in page.seen
    approvals = Web(cast.mary).get("approvals").seen
    assert "Give your institution's word to the other owner" in approvals
    assert "9999" not in approvals
    assert "proposes" not in Web(cast.rolf).get("deals_project_change", new.pk).seen
    decide(cast, "marc")
    assert "Maple proposes that Balama North becomes Balama" in Web(cast.rolf).get("deals_project_change", new.pk).seen
    with acting_as(cast.rolf):
        word = ProjectMerge.objects.get()
    assert "asked to agree" in Web(cast.rolf).post("deals_projectmerge_agree", word.pk).seen
    decide(cast, "rolf")
    assert Web(cast.rolf).get("deals_project_change", old.pk).address.endswith(f"{new.pk}/change/")
    assert Web(cast.ada).post("deals_projectmerge_agree", word.pk).status == 404


def test_what_is_published_of_one_is_confirmed_on_its_page(cast: Cast) -> None:
    news = published(cast, about="rhein")
    assert "Replace with our own" in Web(cast.rolf).get("deals_commitment_change", news.pk).seen
    for stranger in ("ada", "rita"):
        assert "Replace with our own" not in Web(cast.people[stranger]).get("deals_commitment_change", news.pk).seen
        assert Web(cast.people[stranger]).post("deals_commitment_confirm", news.pk, level="own").status == 404
    before = Web(cast.ada).get("deals_commitment_change", news.pk).masked
    page = Web(cast.rolf).post("deals_commitment_confirm", news.pk, as_of="2026-05-01", level="public", note="")
    assert "by Rhein on 1 May 2026" in page.seen
    assert Web(cast.ada).get("deals_commitment_change", news.pk).masked == before
    decide(cast, "rolf")
    assert "by Rhein on 1 May 2026" in Web(cast.ada).get("deals_commitment_change", news.pk).seen
    page = Web(cast.rolf).post("deals_commitment_confirm", news.pk, as_of="2099-05-01", level="own", note="")
    assert (page.status, "today or earlier" in page.seen) == (422, True)
    with acting_as(cast.rolf):
        assert Confirmation.objects.count() == 1


def test_what_is_published_of_one_is_replaced_by_ones_own(cast: Cast) -> None:
    news = published(cast, about="rhein")
    form = {
        "instrument": "senior_loan", "tranche": "", "qualifier": "up_to", "amount": "150000000", "currency": "USD",
        "valid_until": in_a_year().isoformat(), "level": "own", "size_level": "own", "reference": "", "note": "",
    }  # fmt: skip
    before = Web(cast.ada).get("deals_deal_change", news.deal_id).masked
    page = Web(cast.rolf).post("deals_commitment_replace", news.pk, **form)
    assert "Whoever sees it sees it instead" in page.seen
    with acting_as(cast.rolf):
        made = Commitment.objects.get(supersedes=news)
    confirm_waiting(cast, made, by="rita")
    assert "replaced by its institution" in Web(cast.rolf).get("deals_deal_change", news.deal_id).seen
    assert Web(cast.ada).get("deals_deal_change", news.deal_id).masked == before
    assert Web(cast.mina).get("deals_commitment_replace", news.pk).status == 404
    assert Web(cast.rolf).get("deals_commitment_replace", letter(cast, Level.PARTIES).pk).status == 404


def test_hidden_and_missing_are_the_same_on_every_page(cast: Cast) -> None:
    hidden, stranger = project(cast), Web(cast.rolf)
    for page in ("deals_project_change", "deals_project_fact", "deals_project_level", "deals_project_one"):
        for ask in (stranger.get, stranger.post):
            there, gone = ask(page, hidden.pk), ask(page, uuid4())
            assert (there.status, gone.status, there.queries) == (404, 404, gone.queries), page
            assert there.raw == gone.raw, page


def test_what_a_bank_does_in_secret_changes_no_page_of_another(cast: Cast) -> None:
    news, about = curated(cast), published(cast, about="maple")
    graphite = mineral(cast)
    mine = project(cast, "Balama mine", by="rolf")
    web = Web(cast.rolf)

    def crawl() -> dict[str, tuple[bytes, int]]:
        pages = {
            "list": web.get("deals_project_changelist"),
            "search": web.get("deals_project_changelist", q="balama"),
            "news": web.get("deals_project_change", news.pk),
            "mine": web.get("deals_project_change", mine.pk),
            "about": web.get("deals_commitment_change", about.pk),
            "draft": web.post("deals_project_register", name="Balama", country="MZ", level="own"),
        }
        return {name: (page.masked, page.queries) for name, page in pages.items()}

    before = crawl()
    hidden, other = project(cast, "Balama", minerals=(graphite,)), project(cast, "Z")
    stage(cast, news, "operating", date(2026, 6, 1), by="marc")
    Web(cast.marc).post("deals_project_one", hidden.pk, other=str(news.pk), act="same", level="own")
    Web(cast.marc).post("deals_project_one", hidden.pk, other=other.slug, act="into", level="own")
    Web(cast.marc).post("deals_commitment_confirm", about.pk, level="own")
    with acting_as(cast.marc):
        assert (SameAs.objects.count(), ProjectMerge.objects.count(), Confirmation.objects.count()) == (1, 1, 1)
    assert crawl() == before


def test_the_page_of_a_project_asks_as_much_for_many_rows_as_for_one(cast: Cast) -> None:
    web, new = Web(cast.marc), project(cast, "Balama", minerals=(mineral(cast),))

    def more(number: int) -> None:
        stage(cast, new, "operating", date(2026, 5, number), by="marc")
        other = project(cast, f"Balama {number}", minerals=(mineral(cast, f"m{number}"),))
        web.post("deals_project_one", new.pk, other=other.slug, act="same", level="own")
        web.post("deals_project_one", other.pk, other=str(new.pk), act="into", level="own")
        theirs = project(cast, f"Q{number}", by="rolf", level=Level.NETWORK)
        web.post("deals_project_one", new.pk, other=str(theirs.pk), act="same", level="own")

    more(1)
    web.get("deals_project_change", new.pk)
    before = web.get("deals_project_change", new.pk)
    for number in (2, 3, 4):
        more(number)
    after = web.get("deals_project_change", new.pk)
    assert after.queries == before.queries <= 40
    assert len(after.text) > len(before.text)


def test_a_networks_project_shows_the_proposal_to_the_secretariat(cast: Cast) -> None:
    news, mine = curated(cast), project(cast, level=Level.NETWORK)
    merge(cast, mine, news, by="marc", other="dora")
    assert Web(cast.dora).get("deals_project_change", mine.pk).address.endswith(f"{news.pk}/change/")


def test_the_list_shows_and_finds_the_stage_that_was_stated(cast: Cast) -> None:
    stage(cast, curated(cast, "Balama"), "operating", date(2026, 1, 1), by="marc")
    curated(cast, "Wattle")
    marc, mina = Web(cast.marc), Web(cast.mina)
    # Once more than among the filter's choices, which both are offered.
    offered = mina.get("deals_project_changelist").seen.count("operating")
    assert marc.get("deals_project_changelist").seen.count("operating") == offered + 1
    found = marc.get("deals_project_changelist", development_stage="operating").seen
    assert "Balama" in found
    assert "Wattle" not in found
    # Only Maple was told of it.
    other = mina.get("deals_project_changelist", development_stage="operating").seen
    assert "Balama" not in other


def test_its_page_tells_what_happened_to_it_as_far_as_its_reader_may_know(cast: Cast) -> None:
    made = project(cast, "Balama North", by="marc", level=Level.NETWORK)
    stage(cast, made, "feasibility", date(2026, 6, 1), by="marc")
    stage(cast, made, "construction", date(2026, 9, 1), by="marc", level=Level.NETWORK)
    own, other = (Web(cast.people[who]).get("deals_project_change", made.pk) for who in ("marc", "rolf"))
    history = [page.seen.split("History the latest")[1] for page in (own, other)]
    assert all("construction" in each for each in history)
    assert ["feasibility" in each for each in history] == [True, False]
