"""docs/security/README.md says what the code does: its figures, its ways in, its words, its secrets."""

import importlib
import re
from pathlib import Path

import pytest
import yaml
from django.conf import LazySettings

from config.settings import logs
from deals.file_types import TAKEN
from institutions.passwords import WORDS

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "security" / "README.md").read_text()


def section(title: str) -> str:
    return TEXT.split(f"\n## {title}\n")[1].split("\n## ")[0]


def rows(title: str) -> list[list[str]]:
    """The lines of the section's first table, without its head."""
    lines = [line for line in section(title).splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


def at(path: str) -> object:
    """What stands at a dotted path: a module, then names in it."""
    parts = path.split(".")
    for length in range(len(parts) - 1, 0, -1):
        try:
            found: object = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for name in parts[length:]:
            found = getattr(found, name)
        return found
    raise AssertionError(path)


@pytest.mark.parametrize("row", rows("Limits"), ids=lambda row: row[0])
def test_a_limit_is_the_one_that_the_code_holds(row: list[str]) -> None:
    found = at(row[2].strip("`"))
    assert isinstance(found, int | float)
    assert f"{found:,.0f}" == row[1]


def test_each_section_that_is_asked_for_is_there() -> None:
    titles = re.findall(r"^## (.+)$", TEXT, re.MULTILINE)
    assert titles == [
        "Input", "Limits", "Files", "Ways in", "Sessions", "Who may what", "Secrets and keys", "Who talks with whom",
        "What is sensitive", "Components", "Logs",
    ]  # fmt: skip
    assert all(len(section(title)) > 300 for title in titles)


def test_ways_in_and_their_bounds_are_those_of_the_settings(settings: LazySettings) -> None:
    told = section("Ways in")
    assert settings.ACCOUNT_RATE_LIMITS == {"login": "30/m/ip", "login_failed": "100/15m/ip,5/15m/key"}
    for figure in ("Five wrong", "15 minutes", "30 log-ins in a minute", "100 wrong ones in 15 minutes"):
        assert figure in told
    assert all(f"*{word}*" in told for word in WORDS)
    assert set(settings.MFA_SUPPORTED_TYPES) == {"totp", "webauthn", "recovery_codes"}
    shortest = next(each for each in settings.AUTH_PASSWORD_VALIDATORS if "OPTIONS" in each)["OPTIONS"]["min_length"]
    assert f"at least {shortest} signs" in told


def test_sessions_end_as_the_settings_say(settings: LazySettings) -> None:
    assert (settings.SESSION_IDLE_SECONDS, settings.SESSION_COOKIE_AGE) == (3_600, 12 * 3_600)
    assert "an hour after its last use" in section("Sessions")
    assert "twelve hours after the log-in" in section("Sessions")
    assert settings.OAUTH2_PROVIDER["ACCESS_TOKEN_EXPIRE_SECONDS"] == 600
    assert "ten minutes" in section("Sessions")


def test_each_secret_that_a_deployment_has_is_in_the_table() -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    asked = set(re.findall(r"\$\{(\w*(?:PASSWORD|SECRET|TOKEN)\w*)", str(compose)))
    told = section("Secrets and keys")
    assert {name for name in asked if name not in told} == {"EMAIL_HOST_PASSWORD"}


def test_the_files_that_are_taken_are_told() -> None:
    told = section("Files")
    assert {kind.suffixes[0][1:].upper() for kind in TAKEN} - set(re.findall(r"[A-Z]{3,4}", told)) == {"JPG"}
    assert "JPEG" in told


def test_logs_go_where_the_table_says() -> None:
    assert list(logs.LOGGING["handlers"]) == ["stderr"]
    sources = set(re.findall(r"`(orebook\.\w+)`", section("Logs")))
    code = "".join(file.read_text() for app in ("config", "institutions", "deals", "network")
                   for file in (ROOT / app).rglob("*.py"))  # fmt: skip
    assert sources >= {"orebook.log_in", "orebook.tokens", "orebook.oauth", "orebook.api"}
    assert all(f'getLogger("{source}")' in code for source in sources)


def test_each_file_that_is_named_is_there() -> None:
    folder = ROOT / "docs" / "security"
    for link in re.findall(r"\]\(([^)]+)\)", TEXT):
        assert (folder / link).exists(), link
    for name in re.findall(r"`((?:institutions|config|network|deals)/[\w/.]+\.py)`", TEXT):
        assert (ROOT / name).exists(), name
