"""Questions, answers and due-diligence reports over REST."""

from datetime import date, timedelta
from typing import Any

import pytest

from deals.models import DealRole, Question, RoleKind
from deals.services.inviting import name_role
from deals.services.questions import may_answer, may_answer_in
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from tests.acts import confirm_waiting
from tests.api import System
from tests.cast import Cast
from tests.room import document, partner

TODAY = date.today()


def ask(system: System, cast: Cast, **facts: Any) -> dict[str, Any]:
    made = system.post("questions", {"deal": str(cast.deal.pk), "text": "Which offtake is binding?"} | facts)
    assert made.status == 201, made.raw
    return dict(made.body)


def confirm(bank: str, approver: str, waiting: dict[str, Any]) -> None:
    system = partner(bank, "registry:read commitments:approve", approver)
    assert system.post(f"approvals/{waiting['id']}/confirm").status == 200


def test_a_question_to_the_lead_is_open_until_it_is_answered(cast: Cast) -> None:
    rhein, austral = partner("rhein"), partner("austral")
    asked = ask(rhein, cast)
    assert (asked["state"], asked["to"], asked["level"]) == ("open", None, "lead")
    assert [row["id"] for row in austral.all("questions?state=open")] == [asked["id"]]
    assert partner("sakura").all("questions") == []
    paper = document(cast, Level.LEAD, by="ada")
    made = austral.post(f"questions/{asked['id']}/answers", {"text": "The first.", "document": str(paper.pk)})
    assert made.status == 201, made.raw
    told = rhein.get(f"questions/{asked['id']}").body
    assert told["state"] == "answered"
    (answer,) = told["answers"]
    # The answer is the asker's to see; the paper that comes with it has a level of its own.
    assert (answer["text"], answer["institution"], answer["document"]) == (
        "The first.",
        str(cast.bank("austral").pk),
        None,
    )
    assert austral.all("questions?state=open") == []
    assert told["version"] != asked["version"]


def test_a_party_is_asked_before_all_parties_by_two_persons(cast: Cast) -> None:
    rhein = partner("rhein")
    sora = partner("sakura")
    narrow = rhein.post(
        "questions", {"deal": str(cast.deal.pk), "text": "Why?", "to": str(cast.bank("austral").pk), "level": "lead"}
    )
    assert narrow.codes == {"/level": "asked_of_a_party"}
    asked = ask(rhein, cast, to=str(cast.bank("austral").pk), level="parties")
    assert asked["level"] == "own"
    confirm("rhein", "rita@rhein.example", asked["pending_approval"])
    austral = partner("austral")
    answered = austral.post(f"questions/{asked['id']}/answers", {"text": "So.", "level": "parties"})
    assert answered.status == 201
    assert rhein.get(f"questions/{asked['id']}").body["answers"][0]["level"] == "own"
    confirm("austral", "abe@austral.example", answered.body["pending_approval"])
    assert rhein.get(f"questions/{asked['id']}").body["answers"][0]["level"] == "parties"
    assert sora.all("questions") == []


def test_only_the_asked_one_answers(cast: Cast) -> None:
    rhein = partner("rhein")
    asked = ask(rhein, cast)
    refused = rhein.post(f"questions/{asked['id']}/answers", {"text": "Myself."})
    assert (refused.status, refused.body["type"]) == (403, "urn:orebook:problem:not_asked")
    assert partner("sakura").post(f"questions/{asked['id']}/answers", {"text": "Me."}).status == 404


def test_a_coordinator_answers_for_the_lead_while_its_role_is_in_force(cast: Cast) -> None:
    rhein = cast.bank("rhein")
    asked = ask(partner("austral"), cast, level="parties")
    confirm("austral", "abe@austral.example", asked["pending_approval"])

    def answers() -> bool:
        found = set()
        # The registrar sees a role that is only prepared, too.
        for who in (cast.rolf, cast.ada):
            with acting_as(who):
                question = Question.objects.get(pk=asked["id"])
                found |= {may_answer(rhein.pk, question), bool(may_answer_in(rhein.pk, cast.deal, [question]))}
        (may,) = found
        return may

    def named(since: date) -> DealRole:
        with acting_as(cast.ada):
            return name_role(by=cast.ada, deal=cast.deal, institution=rhein, role=RoleKind.COORDINATOR, since=since)

    assert not answers()
    role = named(TODAY)
    # Prepared by one person, it is no role yet.
    assert not answers()
    confirm_waiting(cast, role, by="abe")
    assert answers()
    with acting_as(cast.ada):
        DealRole.objects.filter(pk=role.pk).update(until=TODAY)
    assert not answers()
    confirm_waiting(cast, named(TODAY + timedelta(days=3)), by="abe")
    assert not answers()


def test_a_hidden_question_is_as_a_missing_one(cast: Cast) -> None:
    asked = ask(partner("rhein"), cast)
    sakura = partner("sakura")
    for path in (f"questions/{asked['id']}", f"questions/{cast.deal.pk}"):
        assert sakura.get(path).status == 404
        assert sakura.patch(path, {"level": "own"}, asked["version"]).status == 404


def test_a_question_is_narrowed_by_its_owner_alone(cast: Cast) -> None:
    rhein, austral = partner("rhein"), partner("austral")
    asked = ask(rhein, cast)
    assert austral.patch(f"questions/{asked['id']}", {"level": "own"}, asked["version"]).status == 403
    assert rhein.patch(f"questions/{asked['id']}", {"level": "own"}, asked["version"]).body["level"] == "own"
    assert austral.get(f"questions/{asked['id']}").status == 404


def test_a_document_that_the_asker_does_not_see_is_not_named(cast: Cast) -> None:
    hidden = document(cast, Level.OWN, by="ada")
    refused = partner("rhein").post("questions", {"deal": str(cast.deal.pk), "text": "?", "document": str(hidden.pk)})
    assert (refused.status, refused.codes) == (422, {"/document": "not_found"})


def commission(system: System, cast: Cast, **facts: Any) -> dict[str, Any]:
    made = system.post("reports", {"deal": str(cast.deal.pk), "workstream": "technical"} | facts)
    assert made.status == 201, made.raw
    return dict(made.body)


def test_a_report_is_commissioned_delivered_and_relied_on(cast: Cast) -> None:
    austral = partner("austral")
    with acting_as(cast.ada):
        adviser = str(cast.deal.borrower_id)
    today = date.today()
    until = (today + timedelta(days=400)).isoformat()
    reliance = {"institution": str(cast.bank("rhein").pk), "until": until}
    made = commission(austral, cast, adviser=adviser, scope="Mine plan", reliances=[reliance])
    assert (made["status"], made["adviser"], made["warnings"]) == ("commissioned", adviser, [])
    assert [row | {"id": ""} for row in made["reliances"]] == [reliance | {"id": "", "level": "lead"}]
    paper = document(cast, Level.LEAD, by="ada")
    path = f"reports/{made['id']}"
    assert austral.patch(path, {"document": str(paper.pk)}, made["version"]).codes == {"/delivered_on": "required"}
    early = austral.patch(path, {"delivered_on": "2020-01-01"}, made["version"])
    assert early.codes == {"/delivered_on": "delivered_too_early"}
    done = austral.patch(path, {"delivered_on": today.isoformat(), "document": str(paper.pk)}, made["version"])
    assert (done.body["status"], done.body["document"]) == ("delivered", str(paper.pk))
    again = austral.patch(path, {"delivered_on": today.isoformat()}, done.body["version"])
    assert again.status == 409


def test_a_second_report_of_a_workstream_is_warned_of_and_taken(cast: Cast) -> None:
    rhein, austral = partner("rhein"), partner("austral")
    first = commission(rhein, cast, scope="Process")
    second = commission(austral, cast)
    (warning,) = second["warnings"]
    assert (warning["code"], warning["report"]) == ("workstream_commissioned", first["id"])
    assert "Rhein commissioned a technical report on" in warning["detail"]
    assert commission(austral, cast, workstream="legal")["warnings"] == []


def test_a_hidden_report_warns_nobody(cast: Cast) -> None:
    commission(partner("rhein"), cast, level="own")
    assert commission(partner("austral"), cast)["warnings"] == []


def test_a_report_and_its_reliances_go_to_the_parties_together(cast: Cast) -> None:
    austral, rhein = partner("austral"), partner("rhein")
    made = commission(austral, cast, level="parties", reliances=[{"institution": str(cast.bank("rhein").pk)}])
    assert rhein.all("reports") == []
    confirm("austral", "abe@austral.example", made["pending_approval"])
    (told,) = rhein.all("reports")
    assert [row["institution"] for row in told["reliances"]] == [str(cast.bank("rhein").pk)]
    version = austral.get(f"reports/{made['id']}").body["version"]
    done = austral.patch(f"reports/{made['id']}", {"level": "lead"}, version)
    assert (done.body["level"], done.body["reliances"][0]["level"]) == ("lead", "lead")
    assert rhein.all("reports") == []


def test_one_more_may_rely_on_it(cast: Cast) -> None:
    austral = partner("austral")
    made = commission(austral, cast)
    reliance = {"institution": str(cast.bank("hanok").pk)}
    assert austral.post(f"reports/{made['id']}/reliances", reliance).status == 201
    assert austral.post(f"reports/{made['id']}/reliances", reliance).codes == {"/institution": "already_relies"}
    assert partner("sakura").post(f"reports/{made['id']}/reliances", reliance).status == 404


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        ({"workstream": "gossip"}, {"/workstream": "unknown_code"}),
        ({"workstream": "legal", "reliances": [{"institution": "x"}]}, {"/reliances/0/institution": "invalid"}),
        ({"workstream": "legal", "adviser": "11111111-1111-4111-8111-111111111111"}, {"/adviser": "not_found"}),
    ],
)
def test_bad_reports_are_refused_at_their_field(cast: Cast, body: dict[str, Any], faults: dict[str, str]) -> None:
    refused = partner("austral").post("reports", {"deal": str(cast.deal.pk)} | body)
    assert (refused.status, refused.codes) == (422, faults)
