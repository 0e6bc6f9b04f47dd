"""API1, broken object level authorization: somebody names the id of an object that is not theirs to see."""

from institutions.isolation.levels import Level
from tests.acts import letter
from tests.api import system_of
from tests.cast import Cast
from tests.deals.test_api_commitments import body
from tests.room import document
from tests.security.api_top_ten.removing import case, held_off, policy


@case(without=policy("deals_commitment"))
def test_a_rivals_letter_is_read_by_its_id(cast: Cast) -> None:
    hidden = letter(cast, Level.OWN)
    answer = system_of("rhein").get(f"commitments/{hidden.pk}")
    held_off(answer.status == 404, "another's letter was read")


@case(without=policy("deals_document"))
def test_a_rivals_document_is_taken_by_its_id(cast: Cast) -> None:
    hidden = document(cast, Level.OWN)
    answer = system_of("austral").get(f"documents/{hidden.pk}/file")
    held_off(answer.status == 404, "another's file was taken")


@case(without=policy("deals_deal"))
def test_a_deal_that_is_hidden_is_named_in_a_body(cast: Cast) -> None:
    """Maple stands outside: naming the deal must read as naming one that there is not."""
    answer = system_of("maple").post("commitments", body(cast))
    held_off(answer.codes.get("/deal") == "not_found", "a body told that the deal is there")
