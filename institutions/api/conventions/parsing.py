"""Bodies are read strictly: what two readers could understand differently is refused (RFC 8259, I-JSON)."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import IO, Any, NoReturn

from rest_framework.parsers import BaseParser

from institutions.api.conventions.problems import Fault, Problem

LARGEST = 1_000_000


class _Bad(ValueError):
    def __init__(self, code: str, detail: str, pointer: str = "") -> None:
        super().__init__(detail)
        self.fault = Fault(pointer, code, detail)


class StrictJSONParser(BaseParser):
    """JSON without duplicate keys, NaN, Infinity or texts that can't be stored; numbers stay exact."""

    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        raw = stream.read(LARGEST + 1)
        if len(raw) > LARGEST:
            raise Problem(413, "too_large", f"The body may have {LARGEST} bytes at most.")
        try:
            found = json.loads(
                raw.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant, parse_float=Decimal
            )
            _storable(found, "")
        except _Bad as bad:
            raise Problem.invalid([bad.fault]) from None
        except (ValueError, RecursionError):
            raise Problem.invalid([Fault("", "not_json", "The body is not JSON in UTF-8.")]) from None
        return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        # First of all: what is told of it is sent as UTF-8.
        if not is_storable(key):
            raise _Bad("invalid_text", "The name of a field holds a character of no text (NUL or half of one).")
        if key in found:
            raise _Bad("duplicate_key", f"'{key[:60]}' is there twice.", f"/{key[:60]}")
        found[key] = value
    return found


def _no_constant(word: str) -> NoReturn:
    raise _Bad("not_json", f"{word} is not JSON.")


def _storable(value: Any, pointer: str) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            _storable(key, pointer)
            _storable(inner, f"{pointer}/{key}")
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            _storable(inner, f"{pointer}/{place}")
    elif isinstance(value, str) and not is_storable(value):
        raise _Bad("invalid_text", "A text holds a character that can't be stored (NUL or half of one).", pointer)


def is_storable(text: str) -> bool:
    """Whether PostgreSQL can hold the text."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)
