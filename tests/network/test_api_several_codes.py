"""Several codes of one list: with commas as the schema says, or repeated, as many generated clients do it."""

from urllib.parse import parse_qs, urlsplit

from institutions.isolation.levels import Level
from tests.acts import letter
from tests.api import system_of
from tests.cast import Cast

COMMAS = "stage=letter_of_interest,signed"
REPEATED = "stage=letter_of_interest&stage=signed"


def test_both_forms_find_the_same_on_every_page(cast: Cast) -> None:
    rhein = system_of("rhein")
    made = {str(letter(cast, Level.LEAD, by="rolf", approver="rita").pk) for _ in range(3)}
    for form in (COMMAS, REPEATED):
        found = [row["id"] for row in rhein.all(f"commitments?{form}&limit=1")]
        assert (len(found), set(found)) == (3, made)
    assert rhein.all("commitments?stage=signed&stage=approved") == []
    page = rhein.get(f"commitments?{REPEATED}&limit=1").body
    assert parse_qs(urlsplit(page["next"]).query)["stage"] == ["letter_of_interest,signed"]


def test_a_file_is_of_the_same_rows(cast: Cast) -> None:
    letter(cast, Level.LEAD, by="rolf", approver="rita")
    rhein = system_of("rhein")
    commas, repeated = (rhein.get(f"commitments.csv?{form}&fields=id").raw for form in (COMMAS, REPEATED))
    assert commas == repeated
    assert len(commas.splitlines()) == 2


def test_a_wrong_code_is_named_in_either_place_and_what_takes_one_stands_once(cast: Cast) -> None:
    rhein = system_of("rhein")
    for form in ("stage=signed&stage=lost", "stage=lost&stage=signed"):
        assert rhein.get(f"commitments?{form}").codes == {"/stage": "invalid_choice"}
    for form in ("deal=wattle&deal=other", "limit=1&limit=2", "updated_after=2020-01-01T00:00:00Z&updated_after=x"):
        refused = rhein.get(f"commitments?{form}")
        assert refused.status == 400
        assert "repeated" in refused.codes.values()
    assert list(rhein.get("commitments?stage=signed&stage=%00").codes.values()) == ["invalid_text"]
