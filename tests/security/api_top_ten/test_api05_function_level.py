"""API5, broken function level authorization: a system does what its scopes do not let it."""

from institutions.isolation.levels import Level
from tests.acts import letter
from tests.api import system_of
from tests.cast import Cast
from tests.deals.test_api_commitments import body
from tests.security.api_top_ten.removing import case, code, held_off, nothing, yes

DOOR = code("institutions.api.conventions.identity.MayWrite.has_permission", yes)


@case(without=DOOR)
def test_a_system_reads_the_webhooks_that_it_does_not_manage(cast: Cast) -> None:
    answer = system_of("rhein", "registry:read").get("webhook-endpoints")
    held_off(answer.status == 403, "addresses of the institution's receivers were read")


@case(without=[DOOR, code("deals.services.registering.must", nothing)])
def test_a_system_that_only_reads_records_a_letter(cast: Cast) -> None:
    answer = system_of("rhein", "registry:read").post("commitments", body(cast))
    held_off(answer.status == 403, "a commitment was recorded")


@case(without=DOOR)
def test_a_system_without_the_scope_to_read_reads(cast: Cast) -> None:
    letter(cast, Level.PARTIES)
    answer = system_of("rhein", "webhooks:manage").get("deals")
    held_off(answer.status == 403, "deals were read")
