"""FX rates, and how current they are; everybody reads them."""

from dataclasses import dataclass
from datetime import UTC, date
from decimal import Decimal

from django.conf import settings
from django.db.models import Max, Min
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from deals.models import FxRate, Loaded, RateLoad, RateSource
from deals.models.rate import EURO
from deals.selectors.parts import decimal, texts
from deals.sentences.days import day_in_words
from institutions.selectors.reading import Reading, Row, Rows, Shape, versioned


def _rates() -> Rows:
    found: Rows = FxRate.objects.values("id", "base", "quote", "rate", "date", "source")
    return found


def _rate(row: Row) -> Shape:
    return versioned({**texts(row, "id", "base", "quote", "date", "source"), "rate": decimal(row["rate"])})


# From the oldest to the newest, as they were published.
FX_RATES = Reading("fx_rate", _rates, _rate, order=("date", "id"))


@dataclass(frozen=True)
class RatesState:
    """Which rates there are, and how the daily job fares."""

    first: date | None
    last: date | None
    newest: RateLoad | None
    tried: RateLoad | None
    switched_off: bool

    def __str__(self) -> str:
        """In plain words: up to when, from where, and what the daily job could not do."""
        if self.first is None or self.last is None:
            none = _("There are no rates yet, so nothing is converted. Load them with: manage.py load_rates.")
            return f"{none} {self.job}"
        facts = {
            "first": day_in_words(self.first), "last": day_in_words(self.last), "source": RateSource.ECB.label,
        }  # fmt: skip
        return f"{self._came() % facts} {self.job}"

    def _came(self) -> str:
        match self.newest and self.newest.how:
            case Loaded.HISTORY:
                return _(
                    "Rates from %(first)s up to %(last)s, from the history that the installation brings along. "
                    "Source: %(source)s."
                )
            case Loaded.DAILY:
                return _("Rates from %(first)s up to %(last)s, from the daily job. Source: %(source)s.")
        return _("Rates from %(first)s up to %(last)s. Source: %(source)s.")

    @property
    def job(self) -> str:
        """What became of the daily job."""
        if self.switched_off:
            return _("The daily job is switched off: no address is set for it (ORE_RATES_FROM).")
        if self.tried is None:
            return _("The daily job has not run yet.")
        shape = _("j M Y, H:i")
        at = f"{date_format(self.tried.at.astimezone(UTC), shape)} UTC"
        if self.tried.problem:
            facts = {"at": at, "problem": self.tried.problem}
            return _("The daily job could not fetch the ECB's rates on %(at)s, because %(problem)s.") % facts
        return _("The daily job last fetched the ECB's rates on %(at)s.") % {"at": at}


def rates_state() -> RatesState:
    """Three questions."""
    bounds = FxRate.objects.aggregate(first=Min("date"), last=Max("date"))
    loads = RateLoad.objects.order_by("-at")
    return RatesState(
        first=bounds["first"],
        last=bounds["last"],
        newest=loads.filter(added__gt=0).first(),
        tried=loads.filter(how=Loaded.DAILY).first(),
        switched_off=not settings.RATES_URL,
    )


@dataclass(frozen=True)
class DayOfRates:
    """What one euro was worth on a day, in every currency that the ECB quotes on it."""

    asked: date
    on: date | None
    rates: tuple[tuple[str, Decimal], ...]

    @property
    def note(self) -> str:
        """Why the day is another than the one that was asked for; '' where it is not."""
        if self.on is None:
            return _("No rates were published on this day or within the ten days before.")
        if self.on == self.asked:
            return ""
        days = {"asked": date_format(self.asked, _("l, j M Y")), "on": day_in_words(self.on)}
        return _("None were published on %(asked)s: these are the last ones before, of %(on)s.") % days


def day_of_rates(asked: date) -> DayOfRates:
    """The rates that hold on a day, as money is converted with them; two questions."""
    within = FxRate.objects.filter(date__lte=asked, date__gt=date.fromordinal(max(asked.toordinal() - 10, 1)))
    on = within.aggregate(last=Max("date"))["last"]
    found = FxRate.objects.filter(date=on, base=EURO).order_by("quote").values_list("quote", "rate")
    return DayOfRates(asked, on, tuple(found) if on else ())


def quoted_currencies() -> list[str]:
    """The euro and every currency that was quoted on the last day; one question."""
    last = FxRate.objects.order_by("-date").values("date")[:1]
    return [EURO, *FxRate.objects.filter(date=last).order_by("quote").values_list("quote", flat=True)]
