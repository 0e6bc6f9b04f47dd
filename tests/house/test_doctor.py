"""What the doctor says, and above all what it must not say."""

import os
from pathlib import Path

import pytest

from config.embedded import doctor, places


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A system folder with two databases: one that its data folder points to, one that nothing points to."""
    folder = tmp_path / "system"
    for name in ("kept", "left"):
        (folder / name).mkdir(parents=True)
        (tmp_path / name).mkdir()
        (folder / name / "belongs-to").write_text(f"{tmp_path / name}\n")
    (tmp_path / "kept" / "services").symlink_to(folder / "kept")
    monkeypatch.setattr(places, "SYSTEM_FOLDER", folder)
    return folder


def test_root_hears_of_a_database_that_nothing_points_to_and_of_no_other(
    system: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)

    found = list(doctor._orphans(system / "mine"))

    assert [finding.says.split()[0] for finding in found] == [str(system / "left")]
    # Nobody is told to type a command that removes a database.
    assert [(finding.well, finding.then) for finding in found] == [(None, "")]


def test_who_cannot_see_into_roots_folders_is_told_nothing_about_them(
    system: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    assert list(doctor._orphans(system / "mine")) == []


def test_a_port_that_is_none_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "abc")

    assert [finding.well for finding in doctor._port()] == [False]


@pytest.mark.usefixtures("django_db_setup")
def test_a_role_with_too_many_rights_is_named_with_each_of_them() -> None:
    (finding,) = doctor._roles(os.environ["DATABASE_ADMIN_URL"])

    assert finding.well is False
    assert "is a superuser and bypasses row security" in finding.says


@pytest.mark.usefixtures("django_db_setup")
def test_the_applications_role_is_found_well() -> None:
    (finding,) = doctor._roles(os.environ["DATABASE_URL"])

    assert finding.well, finding.says
