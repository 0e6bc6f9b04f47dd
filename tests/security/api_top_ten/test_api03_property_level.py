"""API3, broken object property level authorization: a part of an object is read, or written, that is not one's own."""

from rest_framework.serializers import Serializer

from institutions.isolation.levels import Level
from tests.acts import letter
from tests.api import system_of
from tests.cast import Cast
from tests.deals.test_api_commitments import body
from tests.security.api_top_ten.removing import case, code, held_off, policy


@case(without=policy("deals_size"))
def test_the_size_of_a_letter_is_read_that_was_told_without_it(cast: Cast) -> None:
    told = letter(cast, Level.PARTIES, size_level=Level.OWN)
    answer = system_of("rhein").get(f"commitments/{told.pk}")
    held_off(answer.status == 200 and b"150000000" not in answer.raw, "a size was read that was not told")


@case(without=policy("deals_price"))
def test_the_price_of_a_letter_is_read_that_was_told_without_it(cast: Cast) -> None:
    rhein = system_of("rhein")
    price = {"margin_bps": "185.50", "level": "own"}
    made = rhein.post("commitments", body(cast, level="lead", price=price))
    answer = system_of("austral").get(f"commitments/{made.body['id']}")
    held_off(answer.status == 200 and b"185.5" not in answer.raw, "a price was read that was not told")


@case(
    without=code("institutions.api.conventions.bodies.Body.to_internal_value", Serializer.to_internal_value)
)  # fmt: skip
def test_a_member_is_slipped_into_a_body_that_the_act_does_not_have(cast: Cast) -> None:
    """Whoever takes such members along silently writes them the day somebody passes a body on whole."""
    austral = system_of("austral", "registry:read deals:write")
    path = f"deals/{cast.deal.pk}"
    slipped_in = {"origin": "published", "owner": str(cast.bank("rhein").pk)}
    answer = austral.patch(path, {"name": "Wattle"} | slipped_in, austral.get(path).body["version"])
    held_off(answer.status == 422, "a body with an owner and an origin was taken")
