"""Every page of the web admin says what it says by the catalogues: in an invented language nothing of ours is left."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import ProgrammingError, models, transaction
from django.urls import Resolver404, resolve
from iso4217 import Currency

from deals.models import AnnualReturn
from deals.services.parties import declare_conflict
from deals.services.reports import commission_report
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.languages import Language
from institutions.models import Admission, ChangeKind, Membership, Staff
from institutions.services.standing import prepare_change
from network.countries import countries
from network.services.preferences import prefer
from tests.cast import Cast
from tests.deals.allocating import allocated, offer, scalable, tranche, usd
from tests.house.invented import Read, speaking_it, untranslated
from tests.project_acts import mineral
from tests.room import approve
from tests.web import Web
from tests.worlds.routes import routes
from tests.worlds.settled import settle

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("second_factor_is_free"), pytest.mark.timeout(900)]

PAGES = {route.pattern for route in routes() if route.pattern.startswith(("admin/", "accounts/"))}
# Those whose words are still to be marked.
NOT_YET: set[str] = set()
# Of the file that is imported there (settled.py), which the registry does not keep.
OF_FILES = {
    "admin/imports/<uuid:import_id>/": {"A: deal", "B: instrument", "C: stage", "D: amount", "EoI", "Loan", "'amount'"}
}
# From one of them everything is reached.
BEGIN = ("/admin/", "/accounts/2fa/", "/accounts/password/change/", "/accounts/logout/", "/admin/nowhere/")
# The session would end, or it is no page.
LEFT_OUT = re.compile(r"/logout/|/jsi18n/|\.csv|\.xlsx|/file/$")
# Of so many rows of a kind the pages are read.
ROWS = 2
PEOPLE = ("ada", "abe", "rolf", "mina", "ruth", "dora")
SPOKEN = Language.FR
# What is called so in every language.
NAMES = {
    "Orebook", "LEI", "SHA-256", "CSV", "XLSX", "CET", "CEST", "UTC", "GMT", "EUR", "ECB", "ms",
    *(language.label for language in Language), *available_timezones(), *(each.code for each in Currency),
}  # fmt: skip
_WORD = re.compile(r"[^\W\d_]{2,}")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{12,}")
_CODE = re.compile(r"[a-z]+(?:_[a-z]+)*")


@dataclass
class Reading:
    """Somebody who goes wherever a link leads, and notes what is said in no language."""

    web: Web
    data: list[str]
    left: dict[str, set[str]] = field(default_factory=dict)
    seen: Counter[str] = field(default_factory=Counter)
    sent: set[str] = field(default_factory=set)

    def everything(self) -> None:
        ahead, known = list(BEGIN), set(BEGIN)
        while ahead:
            address = ahead.pop(0)
            route = route_of(address)
            if not route or self.seen[route] >= ROWS:
                continue
            self.seen[route] += 1
            page = self.web.http.get(address, secure=True, follow=True)
            if not page.headers.get("Content-Type", "").startswith("text/html"):
                continue
            text = page.content.decode()
            self.read(route, text)
            links = [link for link in re.findall(r'(?:href|action)="(/[^"#]*)', text) if not LEFT_OUT.search(link)]
            ahead += [link for link in dict.fromkeys(links) if link not in known]
            known |= set(links)
            for action in dict.fromkeys(re.findall(r'<form[^>]*method="post"[^>]*action="([^"]*)"', text)):
                self.send(route, action)
            if re.search(r'<form(?![^>]*action=)[^>]*method="post"', text):
                self.send(route, address)

    def send(self, route: str, address: str) -> None:
        """An empty form, for what it says of that; nothing of it stays."""
        target = route_of(address)
        if LEFT_OUT.search(address) or not target or target in self.sent:
            return
        self.sent.add(target)
        with transaction.atomic():
            page = self.web.http.post(address, {}, secure=True, follow=True)
            transaction.set_rollback(True)
        if page.headers.get("Content-Type", "").startswith("text/html"):
            self.read(route_of(address) or route, page.content.decode())

    def read(self, route: str, page: str) -> None:
        for said in Read(page).said:
            rest = said
            for each in (*OF_FILES.get(route, ()), *self.data):
                if each in rest:
                    rest = rest.replace(each, " ")
            rest = _UUID.sub(" ", rest)
            if _WORD.search(rest):
                self.left.setdefault(route, set()).add(f"{rest!r} of {said!r}" if rest != said else repr(said))


def route_of(address: str) -> str:
    try:
        return resolve(urlsplit(address).path).route
    except Resolver404:
        return ""


def data() -> Iterator[str]:
    """Every text that the asker sees in the registry, and that somebody wrote: codes of lists want to be spoken."""
    for model in apps.get_models():
        if model._meta.app_label not in ("institutions", "deals", "network"):
            continue
        fields = [each for each in model._meta.concrete_fields if not each.flatchoices]
        texts = [each.attname for each in fields if isinstance(each, models.CharField | models.TextField | ArrayField)]
        try:
            with transaction.atomic():
                rows = list(model._default_manager.values_list(*texts)) if texts else []
        except ProgrammingError:
            # The database's own, which no page reads.
            continue
        for value in (value for row in rows for value in row):
            for text in value if isinstance(value, list) else [value]:
                if isinstance(text, str) and len(text) > 1 and not _CODE.fullmatch(text):
                    yield " ".join(text.split())
    for adjustments in AnnualReturn.objects.values_list("adjustments", flat=True):
        yield from (each["reason"] for each in adjustments)
    for contacts in Admission.objects.values_list("contacts", flat=True):
        yield from (text for who in contacts.values() for text in who.values())


@pytest.fixture
def people(cast: Cast) -> list[Staff]:
    """They read the registry that has something of everything."""
    settle(cast)
    _more(cast)
    for name in PEOPLE:
        with acting_as(cast.people[name]):
            prefer(by=cast.people[name], language=SPOKEN)
    return [cast.people[name] for name in PEOPLE]


def _more(cast: Cast) -> None:
    """What no crawl needs, and pages tell of."""
    mineral(cast)
    of = tranche(cast)
    bids = [offer(cast, of, usd(95)), offer(cast, of, usd(85), by="rolf")]
    allocated(cast, of, scalable(*bids))
    with acting_as(cast.ada):
        report = commission_report(by=cast.ada, deal=cast.deal, workstream="legal", level=Level.PARTIES)
    approve(cast, report, by="ada")
    with acting_as(cast.rolf):
        commission_report(by=cast.rolf, deal=cast.deal, workstream="legal", level=Level.LEAD)
        declare_conflict(by=cast.rolf, deal=cast.deal, description="A fund of ours holds shares")
    with acting_as(cast.dora):
        standing = Membership.objects.get(institution=cast.rolf.institution_id, until=None)
        prepare_change(
            by=cast.dora, membership=standing, kind=ChangeKind.SUSPENSION, on=date.today(), reason="Papers are missing"
        )
    with acting_as(None):
        for kind, held in (("totp", {"secret": "x"}), ("recovery_codes", {"seed": "x", "used_mask": 0})):
            Authenticator.objects.create(user=cast.people["ruth"], type=kind, data=held)


def test_nothing_is_said_that_is_not_marked_and_nothing_marked_lacks_a_translation(people: list[Staff]) -> None:
    left: dict[str, set[str]] = {}
    reached: set[str] = set()
    with speaking_it(SPOKEN.value) as invented:
        for person in people:
            with acting_as(person):
                written = {*data(), *NAMES, *countries(SPOKEN.value).values()}
            reading = Reading(Web(person), sorted(written, key=len, reverse=True))
            reading.everything()
            reached |= set(reading.seen)
            for route, said in reading.left.items():
                left.setdefault(route, set()).update(said)
    assert len(reached & PAGES) > 100, sorted(PAGES - reached)
    found = {route: sorted(said) for route, said in left.items() if route not in NOT_YET}
    assert not found, "\n".join(f"{route}: {'; '.join(said)}" for route, said in sorted(found.items()))
    lacking = {
        language.value: untranslated(invented.asked, language.value) for language in Language if language != "en"
    }
    assert not any(lacking.values()), lacking
