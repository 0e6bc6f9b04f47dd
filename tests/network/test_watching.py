"""What happens to a project, or to projects and deals of a mineral or a country, that somebody watches, also those that
come; hidden ones are as none."""

from datetime import date
from functools import partial
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, transaction

from deals.models import Deal, Mineral, Project
from deals.services.deals import register_deal
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.refusals import NotFound
from network.countries import countries
from network.digests.composing import compose
from network.digests.scope import scope_now
from network.digests.selection import news_for
from network.models import Cadence, Carries, Topic, Watch
from network.services.preferences import prefer
from network.services.watching import NoSuchCountry, unwatch, watch
from tests.acts import letter
from tests.api import person_of
from tests.cast import Cast
from tests.network.digest_acts import mail_carries
from tests.project_acts import mineral, stage
from tests.project_acts import project as project_of

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("only_who_asks")]


of_ada = partial(project_of, by="ada")


@pytest.fixture
def project(committed_cast: Cast) -> Project:
    """Wattle is of a project in Australia that yields terbium; its parties see the deal and all see the project."""
    cast = committed_cast
    made = of_ada(cast, "Wattle mine", level=Level.NETWORK, country="AU", minerals=(mineral(cast, "terbium"),))
    with acting_as(cast.ada):
        Deal.objects.filter(pk=cast.deal.pk).update(project=made)
    return made


def watches(cast: Cast, who: str, **what: UUID | str) -> Watch:
    person = cast.people[who]
    with acting_as(person):
        prefer(by=person, cadences={Topic.WATCHED: Cadence.DAILY})
        return watch(by=person, **what)  # type: ignore[arg-type]


def now(cast: Cast, who: str) -> str:
    person = cast.people[who]
    with acting_as(person):
        told = compose(person, news_for(person, scope_now(person.pk)))
    return told.text if told else ""


@pytest.mark.parametrize("what", ["project", "mineral", "country"])
def test_mail_tells_of_the_deals_of_what_is_watched(committed_cast: Cast, project: Project, what: str) -> None:
    cast = committed_cast
    of: dict[str, UUID | str] = {
        "project": project.pk,
        "mineral": Mineral.objects.get(slug="terbium").pk,
        "country": "AU",
    }
    watches(cast, "rolf", **{what: of[what]})
    mail_carries(cast, Carries.NAMES, "rolf")
    letter(cast, Level.PARTIES)
    text = now(cast, "rolf")
    assert "WHAT YOU WATCH" in text
    assert "Hanok disclosed a letter of interest." in text


def test_mail_tells_what_is_stated_of_a_watched_project(committed_cast: Cast, project: Project) -> None:
    cast = committed_cast
    watches(cast, "rolf", project=project.pk)
    mail_carries(cast, Carries.FULL, "rolf")
    stage(cast, project, "feasibility", date(2026, 1, 31), by="marc", level=Level.NETWORK)
    stage(cast, project, "construction", date(2026, 9, 30), by="marc", level=Level.NETWORK)
    text = now(cast, "rolf")
    assert "WHAT YOU WATCH" in text
    # The name of a project that is not public stands in no mail.
    assert "A project that you watch\n" in text
    assert f"/admin/deals/project/{project.pk}/change/" in text
    assert "Wattle mine" not in text
    assert "Maple disclosed the project's development stage: feasibility, as of 2026-01-31." in text
    assert "Maple disclosed the project's development stage: construction, as of 2026-09-30." in text
    # That the earlier statement is no longer held for true is told by what superseded it.
    assert text.count("\n- ") == 2


def test_mail_tells_of_a_project_that_comes_to_a_watched_country_as_far_as_it_is_seen(committed_cast: Cast) -> None:
    cast = committed_cast
    watches(cast, "rolf", country="CL")
    mail_carries(cast, Carries.FULL, "rolf")
    of_ada(cast, "Hidden salar", country="CL")
    assert now(cast, "rolf") == ""
    of_ada(cast, "Salar", level=Level.NETWORK, country="CL", minerals=(mineral(cast, "lithium"),))
    text = now(cast, "rolf")
    assert "Austral disclosed the project: country CL." in text
    assert "the project yields Lithium" in text


def test_what_is_stated_in_confidence_is_told_to_nobody(committed_cast: Cast, project: Project) -> None:
    cast = committed_cast
    watches(cast, "rolf", project=project.pk)
    mail_carries(cast, Carries.FULL, "rolf")
    stage(cast, project, "construction", date(2026, 9, 30), by="marc")
    assert now(cast, "rolf") == ""


def test_a_mail_that_carries_links_only_says_nothing_of_a_project(committed_cast: Cast, project: Project) -> None:
    cast = committed_cast
    watches(cast, "rolf", project=project.pk)
    stage(cast, project, "construction", date(2026, 9, 30), by="marc", level=Level.NETWORK)
    with acting_as(cast.rolf):
        told = compose(cast.rolf, news_for(cast.rolf, scope_now(cast.rolf.pk)))
    assert told is not None
    assert told.subject == "Orebook: news of what you watch"
    assert "Something changed. Log in to read what." in told.text
    assert not {"Wattle", "Maple", "construction"} & set(told.text.replace(".", " ").split())


def test_a_deal_that_comes_is_told_as_far_as_it_is_seen(committed_cast: Cast, project: Project) -> None:
    cast = committed_cast
    for who in ("rolf", "marc"):
        watches(cast, who, country="AU")
    mail_carries(cast, Carries.FULL, "rolf")
    letter(cast, Level.LEAD)
    with acting_as(cast.ada):
        register_deal(by=cast.ada, network=cast.network, slug="spruce", name="Spruce", project=project)
    assert now(cast, "rolf") == now(cast, "marc") == ""


def test_what_happened_before_and_after_one_watched_is_not_told(committed_cast: Cast, project: Project) -> None:
    cast = committed_cast
    letter(cast, Level.PARTIES)
    held = watches(cast, "rolf", country="AU")
    assert now(cast, "rolf") == ""
    with acting_as(cast.rolf):
        unwatch(by=cast.rolf, watch=held.pk)
    letter(cast, Level.PARTIES)
    assert now(cast, "rolf") == ""


def test_a_hidden_project_cannot_be_watched_nor_found_by_watching(committed_cast: Cast, project: Project) -> None:
    cast = committed_cast
    hidden = of_ada(cast, "Hidden", country="AU")
    for key in (hidden.pk, uuid4()):
        with acting_as(cast.rolf), pytest.raises(NotFound):
            watch(by=cast.rolf, project=key)
        with acting_as(cast.rolf), pytest.raises(DatabaseError, match="no such project"), transaction.atomic():
            Watch.objects.create(person=cast.rolf, project_id=key)
        page = person_of("rolf@rhein.example").http
        assert page.post("/admin/mail/watch/", {"project": str(key)}, secure=True).status_code == 404


def test_what_one_watches_is_ones_own(cast: Cast) -> None:
    watches(cast, "ada", country="CL")
    with acting_as(cast.abe):
        assert not Watch.objects.exists()


def test_no_country_is_made_up(cast: Cast) -> None:
    assert countries()["CL"] == "Chile"
    for wrong in ("", "ZZ", "chile", "EU"):
        with acting_as(cast.ada), pytest.raises(NoSuchCountry):
            watch(by=cast.ada, country=wrong)


def test_the_pages_begin_and_end_it(committed_cast: Cast, project: Project) -> None:
    http = person_of("rolf@rhein.example").http
    place = f"/admin/deals/project/{project.pk}/change/"
    assert ">Watch<" in http.get(place, secure=True).content.decode()
    http.post("/admin/mail/watch/", {"project": str(project.pk)}, secure=True)
    http.post("/admin/mail/watch/", {"country": "CL"}, secure=True)
    assert ">Stop watching<" in http.get(place, secure=True).content.decode()
    listed = http.get("/admin/mail/preferences/", secure=True).content.decode()
    assert "Wattle mine" in listed
    with acting_as(committed_cast.rolf):
        for held in Watch.objects.all():
            http.post(f"/admin/mail/watch/{held.pk}/end/", secure=True)
    assert "Nothing yet." in http.get("/admin/mail/preferences/", secure=True).content.decode()
