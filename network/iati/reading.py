"""Reads activities out of a file that anybody may have written: no entities, nothing from elsewhere, no depths."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import BytesIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse
from django.utils.translation import gettext as _

from network.iati.codes import COMMITMENT, GUARANTEE, MINERALS, PLEDGE, READ

_DEEPEST = 30
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_PLAIN = re.compile(r"[+-]?[0-9]{1,20}(\.[0-9]{1,6})?")


class Unsafe(ValueError):
    """A file that would have its reader fetch or unfold something."""


class Broken(ValueError):
    """A file that is no file of activities, and how."""

    def __init__(self, code: str, says: str) -> None:
        super().__init__(says)
        self.code = code


@dataclass(frozen=True)
class Organisation:
    ref: str
    name: str


@dataclass(frozen=True)
class TransactionRead:
    """`amount` is a text where it is no number."""

    type: str
    ref: str
    on: date | None
    amount: Decimal | str
    currency: str
    finance: str
    provider: Organisation | None


@dataclass(frozen=True)
class ActivityRead:
    """`promised`: pledges, commitments and guarantees; `moved`: how many other transactions there are."""

    version: str
    identifier: str
    title: str
    reporter: Organisation
    funders: tuple[Organisation, ...]
    countries: tuple[str, ...]
    place: str
    point: tuple[str, str] | None
    minerals: tuple[str, ...]
    finance: str
    promised: tuple[TransactionRead, ...]
    moved: int


def activities_in(raw: bytes) -> Iterator[ActivityRead]:
    """One after the other. Raises Unsafe or Broken."""
    depth, version, root = 0, "", None
    try:
        for event, element in iterparse(BytesIO(raw), ("start", "end"), forbid_dtd=True):
            if event == "start":
                depth += 1
                if root is None:
                    root, version = element, _version(element)
                if depth > _DEEPEST:
                    raise Broken("broken_xml", _("The file nests its elements deeper than IATI does."))
                continue
            depth -= 1
            if depth == 1 and element.tag == "iati-activity":
                yield _activity(element, version)
            if depth == 1 and root is not None:
                # What was read is let go.
                root.clear()
    except Broken:
        raise
    except DefusedXmlException:
        raise Unsafe(
            _("The file has a DOCTYPE, which can define entities or name other files. Save it without one.")
        ) from None
    except ParseError as error:
        line, column = error.position
        says = _(
            "The file is no well-formed XML. It is broken at line %(line)s, column %(column)s, or not in the encoding "
            "that it declares. Save it as UTF-8."
        )
        raise Broken("broken_xml", says % {"line": line, "column": column + 1}) from None
    except (LookupError, ValueError):
        says = _("The file declares an encoding that is not read. Save it as UTF-8.")
        raise Broken("broken_xml", says) from None


def _version(root: Element) -> str:
    if root.tag != "iati-activities":
        says = _("The file is XML, but no IATI activities: it begins with '%(tag)s'. Choose an activity file.")
        raise Broken("not_a_table", says % {"tag": root.tag[:40]})
    version = root.get("version", "")
    if version not in READ:
        says = _("Its version of IATI is '%(version)s'; %(read)s are read. Convert it.")
        raise Broken("iati_version", says % {"version": version[:10], "read": ", ".join(READ)})
    return version


def _activity(of: Element, version: str) -> ActivityRead:
    default = _code(of, "default-finance-type")
    reporter = _organisation(of.find("reporting-org")) or Organisation("", "")
    promised, moved = [], 0
    for found in of.findall("transaction"):
        if (kind := _code(found, "transaction-type")) not in (PLEDGE, COMMITMENT, GUARANTEE):
            moved += 1
            continue
        promised.append(_transaction(found, kind, default, of.get("default-currency", "")))
    location = of.find("location")
    place = _said(location.find("name")) if location is not None else ""
    pos = (of.findtext("location/point/pos") or "").split()
    return ActivityRead(
        version=version,
        identifier=_line(of.findtext("iati-identifier")),
        title=_said(of.find("title")),
        reporter=reporter,
        funders=tuple(
            org for each in of.findall("participating-org") if each.get("role") == "1" and (org := _organisation(each))
        ),
        countries=tuple(dict.fromkeys(each.get("code", "") for each in of.findall("recipient-country"))),
        place=place,
        point=(pos[0], pos[1]) if len(pos) == 2 else None,
        minerals=tuple(each.get("code", "") for each in of.findall("tag") if each.get("vocabulary-uri") == MINERALS),
        finance=default,
        promised=tuple(promised),
        moved=moved,
    )


def _transaction(found: Element, kind: str, default: str, currency: str) -> TransactionRead:
    value = found.find("value")
    dated = found.find("transaction-date")
    return TransactionRead(
        type=kind,
        ref=_line(found.get("ref")),
        on=_day(dated.get("iso-date", "") if dated is not None else ""),
        amount=_amount(_line(value.text) if value is not None else ""),
        currency=_line(value.get("currency") if value is not None else "") or currency,
        finance=_code(found, "finance-type") or default,
        provider=_organisation(found.find("provider-org")),
    )


def _organisation(of: Element | None) -> Organisation | None:
    if of is None:
        return None
    found = Organisation(_line(of.get("ref")), _said(of))
    return found if found.ref or found.name else None


def _code(of: Element, tag: str) -> str:
    found = of.find(tag)
    return _line(found.get("code")) if found is not None else ""


def _said(of: Element | None) -> str:
    """Its English narrative, else its first one."""
    said = of.findall("narrative") if of is not None else []
    english = [each for each in said if (each.get(_LANGUAGE) or "en").startswith("en")]
    return next((text for each in (*english, *said) if (text := _line(each.text))), "")


def _line(text: str | None) -> str:
    return " ".join((text or "").split())


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _amount(text: str) -> Decimal | str:
    return Decimal(text) if _PLAIN.fullmatch(text) else text
