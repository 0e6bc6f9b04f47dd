"""The house: no page runs or loads anything that is no file of this site."""

import pytest

from tests.cast import Cast
from tests.web import Web

pytestmark = pytest.mark.usefixtures("second_factor_is_free")
# Each may have styles within the page, for what it shows of others' making; scripts nobody may.
STYLED = {"/admin/mail/", "/admin/mail/preview/", "/api/v1/docs"}


@pytest.mark.parametrize(
    "path",
    ["/accounts/login/", "/admin/", "/admin/pipeline/", "/admin/deals/deal/", "/admin/nowhere/", "/api/v1/deals",
     *sorted(STYLED)],
)  # fmt: skip
def test_every_answer_says_that_only_files_of_the_site_count(cast: Cast, path: str) -> None:
    answer = Web(cast.ada).http.get(path, secure=True)
    rules = dict(rule.strip().split(" ", 1) for rule in answer.headers["Content-Security-Policy"].split(";"))
    assert rules["default-src"] == "'self'"
    assert rules.get("script-src", "'self'") == "'self'"
    assert rules["object-src"] == rules["base-uri"] == rules["frame-ancestors"] == "'none'"
    assert ("unsafe" in answer.headers["Content-Security-Policy"]) == (path in STYLED)


@pytest.mark.parametrize("path", ["/accounts/login/", "/admin/", "/admin/pipeline/", "/admin/deals/deal/"])
def test_no_page_has_a_script_or_a_style_within(cast: Cast, path: str) -> None:
    page = Web(cast.ada if path.startswith("/admin") else None).http.get(path, secure=True).content.decode()
    assert "<style" not in page
    assert " style=" not in page
    assert " onclick=" not in page
    assert all(
        "src=" in each.split(">")[0] or "application/json" in each.split(">")[0] for each in page.split("<script")[1:]
    )
