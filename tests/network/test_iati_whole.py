"""An IATI file as a whole: who gets it, when it breaks off, and what its codes and schema cover."""

import pytest
from lxml import etree

from deals.models import Instrument
from institutions.models import Institution
from network.iati import codes
from tests.acts import published
from tests.api import System as Partner
from tests.api import system_of
from tests.network.iati_files import schema
from tests.network.test_iati_export import ADDRESS


@pytest.fixture
def rhein(cast) -> Partner:
    return system_of("rhein")


def test_who_may_not_read_gets_no_file(cast) -> None:
    published(cast, about="rhein")
    assert Partner(token="x").get(ADDRESS).status == 401
    assert system_of("rhein", "commitments:write").get(ADDRESS).status == 403


def test_a_file_that_breaks_off_is_no_whole_one(cast, rhein, monkeypatch) -> None:
    published(cast, about="rhein")
    monkeypatch.setattr("network.api.iati.still", lambda request: None)
    raw = rhein.get(ADDRESS).raw
    assert b"ERROR: this file is not complete. Your access ended while it was written." in raw
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(raw)


def test_every_instrument_and_kind_of_institution_has_its_code() -> None:
    assert {*codes.FINANCE_TYPES, *codes.WITHOUT_FINANCE_TYPE} == set(Instrument.values)
    assert set(codes.ORGANISATION_TYPES) == {kind for kind, _ in Institution._meta.get_field("kind").flatchoices}


def test_the_schema_finds_what_is_wrong(cast, rhein) -> None:
    published(cast, about="rhein")
    root = etree.fromstring(rhein.get(ADDRESS).raw)
    root[0].remove(root[0].find("activity-date"))
    assert not schema().validate(root)
