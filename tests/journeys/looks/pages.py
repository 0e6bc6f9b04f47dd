"""The pages of the web admin, as people of the demo network reach them."""

from dataclasses import dataclass
from urllib.parse import urlencode

from playwright.sync_api import Page

OFFICER, ADMIN, APPROVER, JBIC, DESK = (
    "officer@efa.example", "admin@efa.example", "approver@efa.example", "officer@jbic.example",
    "officer@secretariat.example",
)  # fmt: skip
NOLANS = "nolans financing package"


@dataclass(frozen=True)
class Place:
    """A page: who looks, and its address; or what is searched for, whose page it is or (`part`) belongs to, or the
    link (`through`) that leads there from it."""

    name: str
    who: str
    path: str = ""
    find: str = ""
    part: str = ""
    through: str = ""

    def open(self, page: Page, known: dict[str, str]) -> None:
        """`known`: what was found before, by what was searched for."""
        if self.path:
            page.goto(self.path)
        else:
            if self.find not in known:
                known[self.find] = self._found(page)
            link = known[self.find]
            page.goto(link.replace("change/", self.part) if self.part else link)
        if self.through:
            page.locator(self.through).first.click()
            page.wait_for_load_state("load")

    def _found(self, page: Page) -> str:
        page.goto(f"/admin/find/?{urlencode({'q': self.find})}")
        link = page.locator(".ob-list a").first.get_attribute("href")
        assert link, f"nothing is found by '{self.find}'"
        return link


PLACES = (
    Place("desk", OFFICER, "/admin/"),
    Place("desk-approver", APPROVER, "/admin/"),
    Place("approvals", APPROVER, "/admin/approvals/"),
    Place("history", OFFICER, "/admin/history/"),
    Place("search", OFFICER, "/admin/find/?q=lithium"),
    Place("pipeline-board", OFFICER, "/admin/pipeline/"),
    Place("pipeline-table", OFFICER, "/admin/pipeline/?as=table"),
    Place("deals", OFFICER, "/admin/deals/deal/"),
    Place("deal", OFFICER, find=NOLANS),
    Place("deal-room", OFFICER, find=NOLANS, part="room/"),
    Place("deal-document-form", OFFICER, find=NOLANS, part="room/document/"),
    Place("deal-question-form", OFFICER, find=NOLANS, part="room/question/"),
    Place("deal-keep", OFFICER, find=NOLANS, part="keep/"),
    Place("deal-letter", OFFICER, find=NOLANS, part="letter/"),
    Place("deal-team", OFFICER, find=NOLANS, part="team/"),
    Place("deal-who-sees-this", OFFICER, find=NOLANS, part="sharing/"),
    Place("deal-see-as", OFFICER, find=NOLANS, part="as/"),
    Place("deal-seen-by-the-network", OFFICER, find=NOLANS, part="as/", through=".ob-list a"),
    Place("deal-as-it-stood", OFFICER, find=NOLANS, part="then/?on=2026-01-31"),
    Place("deal-teaser-form", OFFICER, find=NOLANS, part="teaser/"),
    Place("deal-register", OFFICER, "/admin/deals/deal/register/"),
    Place("tranche", OFFICER, find=NOLANS, through="section[aria-labelledby=tranches] th a"),
    Place("tranche-allocate", OFFICER, find=NOLANS, through="section[aria-labelledby=tranches] th a.ob-small"),
    Place("deal-whom-to-ask", OFFICER, find=NOLANS, part="matches/"),
    Place("deals-for-us", JBIC, "/admin/matches/"),
    Place("company-register", OFFICER, "/admin/deals/company/register/"),
    Place("mandates", OFFICER, "/admin/mandates/"),
    Place("mandate-form", OFFICER, "/admin/mandates/new/"),
    Place("returns", OFFICER, "/admin/returns/"),
    Place("return-form", OFFICER, "/admin/returns/new/"),
    Place("network-picture", OFFICER, "/admin/picture/"),
    Place("teasers", OFFICER, "/admin/teasers/"),
    Place("commitments", OFFICER, "/admin/deals/commitment/"),
    Place("commitment-own", OFFICER, find=NOLANS, through="section[aria-labelledby=commitments] th a:has-text('EFA')"),
    Place("commitment", OFFICER, find=NOLANS, through="section[aria-labelledby=commitments] th a:has-text('EXIM')"),
    Place("conditions", OFFICER, "/admin/deals/condition/"),
    Place("condition", OFFICER, find=NOLANS, through="section[aria-labelledby=closing] .ob-list a"),
    Place("projects", OFFICER, "/admin/deals/project/"),
    Place("project", OFFICER, find="nolans rare earths project"),
    Place("project-owned", OFFICER, find="example ridge graphite"),
    Place("project-holding", OFFICER, find="example ridge graphite", part="holding/"),
    Place("project-category", OFFICER, find="example ridge graphite", part="category/"),
    Place("project-screening", OFFICER, find="example ridge graphite", part="screening/"),
    Place("project-offtake", OFFICER, find="example ridge graphite", part="offtake/"),
    Place("company-held", OFFICER, find="example pacific holdings"),
    Place("project-register", OFFICER, "/admin/deals/project/register/"),
    Place("project-fact", OFFICER, find="nolans rare earths project", part="fact/"),
    Place("map", OFFICER, "/admin/map/"),
    Place("companies", OFFICER, "/admin/deals/company/"),
    Place("company", OFFICER, find="arafura"),
    Place("minerals", OFFICER, "/admin/deals/mineral/"),
    Place("mineral", OFFICER, "/admin/deals/mineral/", through="#result_list tbody th a"),
    Place("rates", OFFICER, "/admin/rates/"),
    Place("import", OFFICER, "/admin/imports/"),
    Place("institutions", OFFICER, "/admin/institutions/institution/"),
    Place("institution", OFFICER, find="jbic"),
    Place("networks", OFFICER, "/admin/institutions/network/"),
    Place("network", OFFICER, "/admin/institutions/network/", through="#result_list tbody th a"),
    Place("memberships", OFFICER, "/admin/institutions/membership/"),
    Place("partner-systems", OFFICER, "/admin/partner-systems/"),
    Place("people", ADMIN, "/admin/people/"),
    Place("members", DESK, "/admin/members/"),
    Place("admit", DESK, "/admin/members/admit/"),
    Place("change-membership", DESK, "/admin/members/change/"),
    Place("status", OFFICER, "/status"),
    Place("health", DESK, "/admin/health/"),
    Place("log", OFFICER, "/admin/log/"),
    Place("mail", OFFICER, "/admin/mail/"),
    Place("mail-preferences", OFFICER, "/admin/mail/preferences/"),
    Place("mail-preview", OFFICER, "/admin/mail/preview/"),
    Place("second-factor", OFFICER, "/accounts/2fa/"),
    Place("missing", OFFICER, "/admin/nowhere/"),
)
