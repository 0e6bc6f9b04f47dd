"""Tokens: for whom, for how much, and what a stranger learns."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client as Http
from oauth2_provider.models import AccessToken

from institutions.isolation.session import acting_as
from institutions.models import Client
from institutions.services.clients import issue_client
from tests.api import System, answer, ask_token, system_of


def issued(*arguments: str) -> dict[str, str]:
    out = StringIO()
    call_command("issue_client", *arguments, stdout=out)
    printed: dict[str, str] = json.loads(out.getvalue())
    return printed


def test_the_command_prints_one_object_whose_secret_is_stored_hashed(cast):
    printed = issued("hanok", "--scopes", "registry:read commitments:write")
    assert set(printed) == {"client_id", "client_secret"}
    client = Client.objects.get(client_id=printed["client_id"])
    assert printed["client_secret"] not in client.client_secret
    assert client.responsible == cast.mina


def test_an_approving_client_is_answered_for_by_an_approver(cast):
    printed = issued("hanok", "--scopes", "commitments:approve")
    assert Client.objects.get(client_id=printed["client_id"]).responsible == cast.joon


def test_the_command_says_plainly_what_is_wrong(cast):
    for arguments, says in (
        (("nobody", "--scopes", "registry:read"), "slug 'nobody'"),
        (("hanok", "--scopes", "registry:all"), "'registry:all'"),
        (("hanok", "--scopes", "commitments:write commitments:approve"), "both prepare and approve"),
        (("hanok", "--scopes", "registry:read", "--responsible", "rolf@rhein.example"), "rolf@rhein.example"),
    ):
        with pytest.raises(CommandError, match=says):
            issued(*arguments)


@pytest.mark.parametrize(("typed", "meant"), [("hanoc", "hanok"), ("Hanok", "hanok"), ("DESK", "desk")])
def test_the_command_names_the_institutions_that_may_be_meant(cast, typed, meant):
    with pytest.raises(CommandError, match=f"Nearest to it: {meant}"):
        issued(typed, "--scopes", "registry:read")


def test_a_token_is_given_for_basic_and_for_form_credentials(cast):
    mine = issued("hanok", "--scopes", "registry:read")
    by_basic = ask_token(mine["client_id"], mine["client_secret"])
    by_form = answer(Http().post("/oauth/token/", {"grant_type": "client_credentials", **mine}, secure=True))
    for given in (by_basic, by_form):
        assert given.status == 200
        assert given.body["scope"] == "registry:read"
        assert System(given.body["access_token"]).get("networks").status == 200


def test_a_token_has_no_more_than_its_client(cast):
    mine = issued("hanok", "--scopes", "registry:read commitments:write")
    too_much = ask_token(mine["client_id"], mine["client_secret"], scope="commitments:approve")
    assert (too_much.status, too_much.body["error"]) == (400, "invalid_scope")
    less = ask_token(mine["client_id"], mine["client_secret"], scope="registry:read")
    assert System(less.body["access_token"]).post("commitments", {}).status == 403


def test_wrong_credentials_and_other_grants_are_json_errors(cast):
    mine = issued("hanok", "--scopes", "registry:read")
    wrong = ask_token(mine["client_id"], "wrong")
    assert (wrong.status, wrong.body) == (401, {"error": "invalid_client"})
    password = ask_token(mine["client_id"], mine["client_secret"], grant_type="password", username="x", password="y")
    assert (password.status, password.body["error"]) == (400, "invalid_grant")
    assert System().get("/oauth/token").status == 405


@pytest.mark.parametrize("door", ["authorize", "introspect", "revoke_token", "applications", "token/x"])
def test_no_other_door_of_oauth_is_open(db, door):
    assert System().get(f"/oauth/{door}").status == 404


def test_a_suspended_clients_token_ends_at_once(cast):
    mine = issue_client(institution="hanok", scopes=["registry:read"])
    system = System(ask_token(mine.client.client_id, mine.secret).body["access_token"])
    assert system.get("networks").status == 200
    with acting_as(None):
        Client.objects.filter(pk=mine.client.pk).update(is_active=False)
    assert system.get("networks").status == 401
    assert ask_token(mine.client.client_id, mine.secret).status == 401


def test_a_scope_that_is_taken_away_is_gone_from_tokens_that_are_out(cast):
    system = system_of("hanok")
    with acting_as(None):
        Client.objects.filter(institution=cast.bank("hanok")).update(scopes=["commitments:write"])
    refused = system.get("networks")
    assert refused.status == 403
    assert "registry:read" in refused.body["detail"]


@pytest.mark.parametrize("token", ["", "x", "a b", "\u00e9"])
def test_without_a_good_token_the_answer_is_401_and_says_how(cast, token):
    refused = System(token).get("deals")
    assert refused.status == 401
    assert refused.headers["WWW-Authenticate"].startswith("Bearer")
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert "/oauth/token" in refused.body["detail"]


def test_a_token_is_stored_as_a_hash_alone(cast):
    client = issue_client(institution="hanok", scopes=["registry:read"])
    token = ask_token(client.client.client_id, client.secret).body["access_token"]
    assert System(token).get("deals").status == 200
    assert token not in str(list(AccessToken.objects.values_list()))
