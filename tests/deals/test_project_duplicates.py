"""Which projects are suggested as one: by name, place and minerals, among visible rows alone."""

from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from deals.likeness import Likeness, compare, similar
from deals.models import Project
from deals.selectors.duplicates import likeness_of, suggest_duplicates
from deals.services.sameness import link_same
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from tests.cast import Cast
from tests.project_acts import curated, merge, mineral, project

GRAPHITE = uuid4()
NAMES = {GRAPHITE: "Graphite"}


def like(
    *names: str, country: str = "AU", place: tuple[float, float] | None = None, of: UUID | None = None
) -> Likeness:
    return Likeness(names, country, place, frozenset({of} if of else set()))


@pytest.mark.parametrize(
    ("one", "other", "least"),
    [
        ("Nolans", "Nolans Project", 1),
        ("Nolans Bore", "Nolans", 0.8),
        ("Sao Joao", "São João Mine", 1),
        ("Mantoverde", "Manto Verde", 0.4),
        ("NOLANS", "nolans", 1),
    ],
)
def test_spellings_of_one_name_are_similar(one: str, other: str, least: float) -> None:
    assert similar(one, other) >= least
    assert similar(one, other) == similar(other, one)


@pytest.mark.parametrize(("one", "other"), [("Balama", "Nolans"), ("Project", "Mine"), ("", "x"), ("Eneabba", "Ena")])
def test_other_names_are_not(one: str, other: str) -> None:
    assert similar(one, other) < 0.4


def test_the_reasons_are_told_in_words() -> None:
    found = compare(
        like("Nolans", place=(-22.58, 133.23), of=GRAPHITE),
        like("Nolans Bore", place=(-22.6, 133.24), of=GRAPHITE),
        NAMES,
    )
    assert found is not None
    assert found.reasons == ("a similar name", "2 km apart", "both yield Graphite")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # The same name on another continent is another project.
        (like("Balama", place=(-13.3, 38.6)), like("Balama", place=(60.0, 20.0))),
        # A place alone says little: two mines stand side by side.
        (like("Balama", place=(-13.3, 38.6)), like("Nicanda", place=(-13.3, 38.6))),
        # A similar name without place or minerals could be anything.
        (like("Mantoverde"), like("Manto Verde")),
    ],
)
def test_too_little_makes_no_suggestion(one: Likeness, other: Likeness) -> None:
    assert compare(one, other, NAMES) is None


def found(cast: Cast, who: str, about: Likeness | Project) -> list[tuple[str, tuple[str, ...]]]:
    with acting_as(cast.people[who]):
        asked = about if isinstance(about, Likeness) else likeness_of(about)
        but = None if isinstance(about, Likeness) else about.pk
        return [(one.project.name, one.reasons) for one in suggest_duplicates(asked, but=but)]


def test_a_draft_meets_the_networks_project(cast: Cast) -> None:
    curated(cast)
    curated(cast, "Nicanda")
    assert found(cast, "marc", like("Balama mine", country="MZ")) == [("Balama", ("the same name",))]
    assert found(cast, "marc", like("Balama mine", country="TZ")) == []


def test_a_project_across_a_border_is_found_by_its_place(cast: Cast) -> None:
    project(cast, "Balama North", country="MZ", place=("-13.3", "38.6"), by="marc")
    about = like("Balama", country="TZ", place=(-13.31, 38.6))
    assert found(cast, "marc", about) == [("Balama North", ("a similar name", "1 km apart"))]


def test_another_banks_hidden_project_changes_no_suggestion(cast: Cast) -> None:
    curated(cast)
    mine = project(cast, "Balama mine", by="rolf")
    before = found(cast, "rolf", mine), found(cast, "rolf", like("Balama", country="MZ"))
    graphite = mineral(cast)
    for number in range(12):
        project(cast, f"Balama {number}", by="marc", minerals=(graphite,))
    with acting_as(cast.rolf), CaptureQueriesContext(connection) as asked:
        after = suggest_duplicates(likeness_of(mine), but=mine.pk)
    assert [one.project.name for one in after] == ["Balama"]
    assert len(asked) == 2
    assert (found(cast, "rolf", mine), found(cast, "rolf", like("Balama", country="MZ"))) == before


def test_a_project_that_is_told_to_the_network_is_suggested_to_it(cast: Cast) -> None:
    project(cast, "Balama", by="marc", level=Level.NETWORK)
    assert found(cast, "rolf", like("Balama", country="MZ")) == [("Balama", ("the same name",))]
    assert found(cast, "cora", like("Balama", country="MZ")) == []


def test_what_is_linked_or_merged_is_not_suggested_again(cast: Cast) -> None:
    news = curated(cast)
    mine = project(cast, "Balama", by="marc")
    other = project(cast, "Balama", by="marc", level=Level.NETWORK)
    assert len(found(cast, "marc", mine)) == 2
    with acting_as(cast.marc):
        link_same(by=cast.marc, project=mine, other=news)
    assert [name for name, _ in found(cast, "marc", mine)] == ["Balama"]
    # The other's own suggestions are as before: the link is Maple's.
    assert len(found(cast, "rolf", news)) == 1
    merge(cast, other, news, by="marc", other="dora")
    assert [name for name, _ in found(cast, "marc", other)] == ["Balama"]


def test_ten_are_suggested_at_most_and_the_likeliest_first(cast: Cast) -> None:
    graphite = mineral(cast)
    for number in range(11):
        project(cast, f"Balama {number}", by="marc")
    project(cast, "Balama", by="marc", minerals=(graphite,))
    names = [name for name, _ in found(cast, "marc", like("Balama", country="MZ", of=graphite.pk))]
    assert len(names) == 10
    assert names[:2] == ["Balama", "Balama 0"]
