"""A list of the web admin as a file."""

from io import BytesIO

import openpyxl
import pytest

from institutions.admin.site import site
from institutions.isolation.levels import Level
from tests.acts import letter
from tests.network.test_export import named_deals, rows
from tests.web import Page, Web

pytestmark = pytest.mark.usefixtures("second_factor_is_free")


def download(web: Web, address: str):
    answer = web.http.get(address, secure=True)
    return answer.status_code, answer.getvalue()


def test_a_list_offers_what_it_shows_as_a_file(cast) -> None:
    named_deals(cast, "Alder", "Birch")
    web = Web(cast.rolf)
    page: Page = web.get("deals_deal_changelist", q="Birch")
    assert 'href="list.csv?q=Birch"' in page.text
    assert 'href="list.xlsx?q=Birch"' in page.text
    status, raw = download(web, "/admin/deals/deal/list.csv?q=Birch")
    assert status == 200
    assert [row["name"] for row in rows(raw)] == ["Birch"]
    _, raw = download(web, "/admin/deals/deal/list.xlsx")
    assert openpyxl.load_workbook(BytesIO(raw)).active.max_row == 4


def test_the_filters_of_a_list_are_those_of_its_file(cast) -> None:
    letter(cast, Level.PARTIES, by="rolf", approver="rita")
    letter(cast, Level.PARTIES, by="rolf", approver="rita", stage="enquiry")
    _, raw = download(Web(cast.rolf), "/admin/deals/commitment/list.csv?stage__exact=enquiry")
    assert [row["stage"] for row in rows(raw)] == ["enquiry"]
    assert download(Web(cast.rolf), "/admin/deals/commitment/list.csv?note__contains=x")[0] == 400


def test_a_colleague_outside_the_team_downloads_nothing_of_it(cast) -> None:
    letter(cast, Level.OWN)
    _, raw = download(Web(cast.dami), "/admin/deals/commitment/list.csv")
    assert rows(raw) == []


def test_every_list_of_the_admin_has_its_files(cast) -> None:
    web = Web(cast.rolf)
    lists = [(model._meta.app_label, model._meta.model_name) for model in site._registry]
    assert len(lists) >= 9
    for app, name in lists:
        for kind in ("csv", "xlsx"):
            assert download(web, f"/admin/{app}/{name}/list.{kind}")[0] == 200, name


def test_a_file_is_only_asked_for(cast) -> None:
    web = Web(cast.rolf)
    assert web.http.post("/admin/deals/deal/list.csv", secure=True).status_code == 405
    head = web.http.head("/admin/deals/deal/list.csv", secure=True)
    assert (head.status_code, head.headers["Content-Disposition"]) == (200, 'attachment; filename="deals.csv"')
    assert Web().get("/admin/deals/deal/list.csv").status == 302
