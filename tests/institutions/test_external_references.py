"""What partners call objects in their own systems: found again in every list, and told to nobody."""

import pytest

from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import ExternalReference
from institutions.services.references import attach_reference
from tests.acts import letter
from tests.api import Answer, System, system_of


def name(
    system: System, key: object, value: str = "L-77", *, kind: str = "commitment", scheme: str = "loans"
) -> Answer:
    return system.post(
        "external-references", {"object": {"type": kind, "id": str(key)}, "scheme": scheme, "value": value}
    )


def test_an_object_is_found_by_what_its_readers_systems_call_it(cast):
    rhein, austral = system_of("rhein"), system_of("austral")
    made = letter(cast, Level.LEAD, by="rolf", approver="rita")
    other = letter(cast, Level.LEAD, by="rolf", approver="rita")
    answer = name(austral, made.pk)
    assert answer.status == 201, answer.raw
    assert answer.body["object"] == {"type": "commitment", "id": str(made.pk)}
    assert [row["id"] for row in austral.all("commitments?ref=loans:L-77")] == [str(made.pk)]
    # Each institution has names of its own, also the same ones.
    assert rhein.all("commitments?ref=loans:L-77") == []
    assert rhein.all("external-references") == []
    assert name(rhein, other.pk).status == 201
    assert [row["id"] for row in rhein.all("commitments?ref=loans:L-77")] == [str(other.pk)]
    assert [row["value"] for row in austral.all("external-references?scheme=loans")] == ["L-77"]


def test_what_is_hidden_can_be_named_no_more_than_what_is_missing(cast):
    hidden = letter(cast, Level.OWN, by="rolf", approver="rita")
    austral = system_of("austral")
    answers = [name(austral, key) for key in (hidden.pk, cast.rolf.pk, "00000000-0000-4000-8000-000000000000")]
    assert {(each.status, each.body["detail"]) for each in answers} == {(404, answers[0].body["detail"])}


def test_an_object_that_goes_out_of_sight_is_found_no_more(cast):
    made = letter(cast, Level.LEAD, by="rolf", approver="rita")
    austral, rhein = system_of("austral"), system_of("rhein")
    assert name(austral, made.pk).status == 201
    path = f"commitments/{made.pk}"
    assert rhein.patch(path, {"level": "own"}, rhein.get(path).body["version"]).status == 200
    assert austral.all("commitments?ref=loans:L-77") == []
    # Its own word for it stays, as whatever it has written down itself.
    assert len(austral.all("external-references")) == 1


def test_a_name_that_was_taken_off_finds_nothing_and_can_be_given_anew(cast):
    made = letter(cast, by="rolf", approver="rita")
    rhein = system_of("rhein")
    reference = name(rhein, made.pk).body
    again = name(rhein, made.pk)
    assert (again.status, again.codes) == (409, {"/value": "external_reference_once"})
    ended = rhein.post(f"external-references/{reference['id']}/end", If_Match=f'"{reference["version"]}"')
    assert ended.status == 200, ended.raw
    assert ended.body["ended_at"]
    assert rhein.all("commitments?ref=loans:L-77") == []
    assert name(rhein, made.pk).status == 201


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"scheme": "Loan System"}, "/scheme"),
        ({"value": ""}, "/value"),
        ({"object": {"type": "ounce", "id": "00000000-0000-4000-8000-000000000000"}}, "/object/type"),
        ({"level": "public"}, "/level"),
    ],
)
def test_a_name_that_is_none_is_refused_where_it_is_wrong(cast, change, pointer):
    made = letter(cast, by="rolf", approver="rita")
    body = {"object": {"type": "commitment", "id": str(made.pk)}, "scheme": "loans", "value": "x"}
    refused = system_of("rhein").post("external-references", body | change)
    assert (refused.status, list(refused.codes)) == (422, [pointer])


def test_what_a_deal_team_calls_its_deal_is_kept_from_colleagues(cast):
    with acting_as(cast.mina):
        kept = attach_reference(by=cast.mina, table="deals_deal", object_id=cast.deal.pk, scheme="loans", value="L-77")
    with acting_as(cast.people["dami"]):
        assert not ExternalReference.objects.filter(pk=kept.pk).exists()
    with acting_as(cast.mina):
        assert ExternalReference.objects.filter(pk=kept.pk).exists()


@pytest.mark.parametrize("ref", ["loans", ":x", "loans:", "%00:x"])
def test_a_reference_that_is_none_is_refused(cast, ref):
    refused = system_of("rhein").get(f"commitments?ref={ref}")
    assert (refused.status, list(refused.codes)) == (400, ["/ref"])


def test_a_name_stands_in_the_deal_of_its_object_whatever_its_writer_says(cast):
    made = letter(cast, by="rolf", approver="rita")
    with acting_as(cast.rolf):
        named = ExternalReference.objects.create(
            owner=cast.bank("rhein"), table="deals_commitment", object_id=made.pk, scheme="loans", value="x",
            deal_id=cast.network.pk,
        )  # fmt: skip
        named.refresh_from_db()
        assert named.deal_id == cast.deal.pk
