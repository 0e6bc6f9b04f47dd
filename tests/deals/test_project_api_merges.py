"""Links, merges and confirmations over REST: what banks say of each other's projects and of what was published."""

from uuid import uuid4

import pytest

from deals.services.deals import register_deal
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from tests.acts import letter, published
from tests.api import System, system_of
from tests.cast import Cast
from tests.project_acts import SCOPES, curated, decide, made, project


@pytest.fixture
def maple(cast: Cast) -> System:
    return system_of("maple", SCOPES)


def test_a_link_is_made_told_and_ended(cast, maple):
    news, mine = curated(cast), project(cast)
    link = made(maple, "same-as", {"project": str(mine.pk), "other": str(news.pk)})
    assert (link["level"], link["ended"]) == ("own", False)
    assert maple.get(f"projects/{news.pk}").body["same_as"] == [str(mine.pk)]
    assert [row["id"] for row in maple.get(f"same-as?project={news.slug}").body["results"]] == [link["id"]]
    assert system_of("rhein").get(f"same-as/{link['id']}").status == 404
    again = maple.post("same-as", {"project": str(mine.pk), "other": str(news.pk)})
    assert (again.status, again.codes) == (409, {"/other": "linked_already"})
    refused = maple.post("same-as", {"project": str(mine.pk), "other": str(mine.pk)})
    assert refused.codes == {"/other": "same_project"}
    ended = maple.patch(f"same-as/{link['id']}", {"ended": True}, link["version"])
    assert (ended.status, ended.body["ended"]) == (200, True)
    assert maple.get(f"projects/{news.pk}").body["same_as"] == []


def test_the_old_id_of_a_merged_project_leads_to_the_new_one(cast, maple):
    old, new = project(cast, level=Level.NETWORK), project(cast, "Balama", level=Level.NETWORK)
    with acting_as(cast.marc):
        deal = register_deal(by=cast.marc, network=cast.network, slug="d", name="D", project=old)
    letter(cast, deal=deal, by="marc", approver="mary")
    word = made(maple, "project-merges", {"project": str(old.pk), "survivor": str(new.pk)})
    assert (word["state"], word["level"]) == ("in_effect", "own")
    answer = maple.get(f"projects/{old.pk}")
    assert (answer.status, answer.body["id"], answer.body["absorbed"]) == (200, str(new.pk), [str(old.pk)])
    assert answer.headers["Content-Location"].endswith(f"/api/v1/projects/{new.pk}")
    assert maple.send("GET", f"projects/{old.pk}", If_None_Match=answer.headers["ETag"]).status == 304
    for key in (old.pk, new.pk, new.slug, old.slug):
        assert [row["id"] for row in maple.get(f"deals?project={key}").body["results"]] == [str(deal.pk)]
        assert len(maple.get(f"commitments?project={key}").body["results"]) == 1
    # Both rows stay in the list, the old one marked.
    assert [row["id"] for row in maple.get("projects?merged=true").body["results"]] == [str(old.pk)]
    assert [row["id"] for row in maple.get("projects?merged=false").body["results"]] == [str(new.pk)]
    changed = maple.patch(f"projects/{old.pk}", {"region": "X"}, answer.body["version"])
    assert (changed.status, changed.body["type"]) == (409, "urn:orebook:problem:merged")
    # Others see two projects, as before.
    other = system_of("rhein").get(f"projects/{old.pk}")
    assert (other.body["id"], other.body["merged_into"]) == (str(old.pk), None)
    assert "Content-Location" not in other.headers
    gone = maple.patch(f"project-merges/{word['id']}", {"withdrawn": True}, word["version"])
    assert (gone.status, gone.body["state"]) == (200, "withdrawn")
    assert maple.get(f"projects/{old.pk}").body["id"] == str(old.pk)


def test_two_owners_merge_over_rest(cast, maple):
    old, new = project(cast), project(cast, "Balama", by="rolf", level=Level.NETWORK)
    rhein = system_of("rhein", SCOPES)
    asked = made(maple, "project-merges", {"project": str(old.pk), "survivor": str(new.pk)}, status=202)
    assert asked["summary"] == "Agree with Rhein that Balama North becomes Balama"
    assert rhein.get("project-merges").body["results"] == []
    decide(cast, "marc")
    (proposal,) = rhein.get("project-merges").body["results"]
    assert (proposal["state"], proposal["institution"]) == ("proposed", str(cast.bank("maple").pk))
    agreed = rhein.post(f"project-merges/{proposal['id']}/agreement")
    assert (agreed.status, agreed.body["state"]) == (202, "waiting")
    decide(cast, "rolf")
    assert rhein.get(f"projects/{old.pk}").body["id"] == str(new.pk)
    assert {row["state"] for row in maple.get("project-merges").body["results"]} == {"in_effect"}
    assert system_of("austral").get("project-merges").body["results"] == []


def test_what_is_published_of_one_is_confirmed(cast):
    news = published(cast, about="rhein")
    rhein, other = system_of("rhein"), system_of("austral")
    before = other.get(f"commitments/{news.pk}")
    word = made(rhein, f"commitments/{news.pk}/confirmation", {"as_of": "2026-05-01", "level": "public"})
    assert (word["level"], word["pending_approval"] is None, word["commitment"]) == ("own", False, str(news.pk))
    assert rhein.get(f"commitments/{news.pk}").body["confirmed_on"] == "2026-05-01"
    assert other.get(f"commitments/{news.pk}").raw == before.raw
    assert other.get(f"confirmations/{word['id']}").status == 404
    assert (other.post(f"commitments/{news.pk}/confirmation", {}).status) == 403
    decide(cast, "rolf")
    assert other.get(f"commitments/{news.pk}").body["confirmed_on"] == "2026-05-01"
    (told,) = other.get(f"confirmations?commitment={news.pk}").body["results"]
    assert told["institution"] == str(cast.bank("rhein").pk)
    hidden = letter(cast, Level.OWN)
    for key in (hidden.pk, uuid4()):
        assert rhein.post(f"commitments/{key}/confirmation", {}).status == 404
    word = rhein.get(f"confirmations/{word['id']}").body
    assert rhein.patch(f"confirmations/{word['id']}", {"level": "own"}, word["version"]).body["level"] == "own"
