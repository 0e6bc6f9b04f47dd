"""How an import ends: a file once, whoever of the institution uploaded it; what nobody went on with is emptied."""

import os

import psycopg
import pytest
from django.db import connection, transaction

from institutions.constraints import rules_hold
from institutions.isolation.session import acting_as
from institutions.refusals import Refusal
from network.models import Import
from network.tasks import empty_files
from tests.api import System, person_of, system_of
from tests.cast import Cast
from tests.network.long_files import file_of, left_to_worker
from tests.network.test_import_api import SCOPES, confirmed, upload

PROJECTS = b"project,country\nMelville,CA\n"


def pass_days(days: int) -> None:
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as owner:
        owner.execute("UPDATE network_importfile SET uploaded_at = uploaded_at - %s::interval", [f"{days} days"])


def melvilles(system: System) -> int:
    return sum(row["name"] == "Melville" for row in system.all("projects"))


def test_what_nobody_went_on_with_is_emptied_after_thirty_days(committed_cast: Cast) -> None:
    rhein = system_of("rhein", SCOPES)
    started = upload(rhein, PROJECTS, kind="projects", name="pipeline.csv")
    preview = f"imports/{started.body['id']}/preview"
    pass_days(29)
    empty_files()
    assert rhein.get(preview).status == 200
    pass_days(2)
    empty_files()
    # Nothing that was in it is kept anywhere, though its uploader never came again.
    assert rhein.get(preview).status == 404
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as owner:
        assert owner.execute("SELECT content, name, answers FROM network_importfile").fetchall() == [(b"", "", {})]
    # Uploaded anew, it is read anew.
    again = upload(rhein, PROJECTS, kind="projects", name="pipeline.csv")
    assert confirmed(rhein, again).status == 200
    assert melvilles(rhein) == 1


def test_what_nobody_may_make_any_more_is_emptied_too(committed_cast: Cast) -> None:
    rolf = person_of("rolf@rhein.example")
    left_to_worker(rolf, file_of(520))
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as owner:
        owner.execute("UPDATE institutions_staff SET is_active = false WHERE email = 'rolf@rhein.example'")
    pass_days(31)
    empty_files()
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as owner:
        assert owner.execute("SELECT content, name, answers FROM network_importfile").fetchall() == [(b"", "", {})]
        assert owner.execute("SELECT state FROM network_import").fetchall() == [("open",)]


def test_a_file_that_two_uploaded_is_imported_once(cast: Cast) -> None:
    one, other = system_of("rhein", SCOPES), system_of("rhein", SCOPES)
    first, second = (upload(each, PROJECTS, kind="projects", name="p.csv") for each in (one, other))
    assert first.body["id"] != second.body["id"]
    assert confirmed(one, first).status == 200
    refused = confirmed(other, second)
    assert (refused.status, refused.body["type"]) == (409, "urn:orebook:problem:already_imported")
    assert first.body["id"] in refused.body["detail"]
    assert melvilles(one) == 1


def test_of_two_who_race_the_database_lets_one_end_it(cast: Cast) -> None:
    for each in (system_of("rhein", SCOPES), system_of("rhein", SCOPES)):
        upload(each, PROJECTS, kind="projects", name="p.csv")
    with acting_as(cast.rolf), transaction.atomic():
        first, second = Import.objects.order_by("created_at", "id")
        Import.objects.filter(pk=first.pk).update(state="done")
        with pytest.raises(Refusal, match="imported already"), rules_hold():
            Import.objects.filter(pk=second.pk).update(state="done")
        assert connection.needs_rollback is False
