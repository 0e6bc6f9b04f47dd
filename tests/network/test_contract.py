"""The schema that is committed is the schema; no promise to clients is broken; what goes is told before it goes."""

import json
import re
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from institutions.api.conventions.deprecation import Deprecation
from network.api.codelists import Codelists
from network.contract import broken, promises, schema, text
from tests.api import System

REFERENCE = Path(__file__).resolve().parent.parent.parent / "docs" / "reference"
WRITE = "run `make schema`, and look at the difference"


def test_the_committed_schema_is_what_the_api_says(db: None) -> None:
    told = System().get("schema").body
    assert told == json.loads(text(told))
    assert (REFERENCE / "openapi.json").read_text() == text(told), WRITE


def test_every_promise_is_kept_and_written_down(db: None) -> None:
    promised, now = set((REFERENCE / "promises.txt").read_text().splitlines()), promises(schema())
    assert broken(promised, now) == []
    assert now <= promised, WRITE


BODY = {"type": "object", "properties": {"name": {"type": "string"}, "note": {"type": "string"}}, "required": ["name"]}
DEAL = {"type": "object", "properties": {"status": {"type": "string", "enum": ["draft", "closed"]}}}
LIMIT = {"in": "query", "name": "limit", "schema": {"type": "integer"}}


def made(**changed: object) -> dict[str, object]:
    """A small schema; `changed` says what of it is otherwise."""
    has = {"body": BODY, "deal": DEAL, "parameters": [LIMIT], "operation": "post_deals", "path": "/deals", **changed}
    answer = {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Deal"}}}}}
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/DealBody"}}}, "required": True}
    post = {"operationId": has["operation"], "parameters": has["parameters"], "requestBody": body, "responses": answer}
    return {
        "paths": {has["path"]: {"post": post}},
        "components": {"schemas": {"Deal": has["deal"], "DealBody": has["body"]}},
    }


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"path": "/deal"}, "no longer gives POST /deals: post_deals"),
        ({"operation": "create_deal"}, "no longer gives POST /deals: post_deals"),
        ({"parameters": []}, "no longer gives POST /deals: query limit integer"),
        ({"parameters": [LIMIT | {"schema": {"type": "string"}}]}, "no longer gives POST /deals: query limit integer"),
        ({"parameters": [LIMIT | {"required": True}]}, "now asks POST /deals: query limit"),
        ({"body": BODY | {"required": ["name", "note"]}}, "now asks DealBody: note"),
        ({"body": BODY | {"properties": {"name": {"type": "string"}}}}, "no longer gives DealBody: note string"),
        ({"deal": {"type": "object", "properties": {"status": {"type": "string", "enum": ["draft"]}}}},
         "no longer gives Deal: status = closed"),
        ({"deal": {"type": "object", "properties": {"status": {"type": ["string", "null"]}}}},
         "no longer gives Deal: status string"),
    ],
)  # fmt: skip
def test_what_a_client_would_stumble_over_is_named(changed: dict[str, object], said: str) -> None:
    assert said in broken(promises(made()), promises(made(**changed)))


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"parameters": [LIMIT, {"in": "query", "name": "ref", "schema": {"type": "string"}}]},
        {"body": BODY | {"required": []}},
        {"body": BODY | {"properties": {**BODY["properties"], "slug": {"type": "string"}}}},  # type: ignore[dict-item]
        {"deal": {"type": "object", "properties": {"status": {"type": "string", "enum": ["draft", "closed", "new"]}}}},
    ],
)
def test_what_only_grows_breaks_nothing(changed: dict[str, object]) -> None:
    assert broken(promises(made()), promises(made(**changed))) == []


def test_what_goes_is_told_to_whoever_uses_it(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Deprecation" not in System().get("codelists").headers
    going = Deprecation(since=date(2027, 1, 1), sunset=date(2028, 2, 1), instead="/api/v2/codelists")
    monkeypatch.setattr(Codelists, "deprecated", going)
    told = System().get("codelists")
    assert told.headers["Deprecation"] == "@1798761600"
    assert told.headers["Sunset"] == "Tue, 01 Feb 2028 00:00:00 GMT"
    assert '</api/v2/codelists>; rel="successor-version"' in told.headers["Link"]
    assert schema()["paths"]["/api/v1/codelists"]["get"]["deprecated"] is True


def test_the_rules_stand_where_a_deprecated_route_says_that_they_do(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    going = Deprecation(since=date(2027, 1, 1), sunset=date(2028, 2, 1), instead="/api/v2/codelists")
    monkeypatch.setattr(Codelists, "deprecated", going)
    (rules,) = re.findall(r'<([^>]+)>; rel="deprecation"', System().get("codelists").headers["Link"])
    page = Client().get(rules, secure=True)
    assert page.status_code == 200
    # What the page asks for apart says where the schema is.
    (script,) = re.findall(r'<script src="([^"]*script=[^"]*)"', page.content.decode())
    (shown,) = re.findall(r'url: "([^"]+)"', Client().get(script, secure=True).content.decode())
    told = Client().get(shown, secure=True).json()["info"]["description"]
    assert "The sunset is at least twelve months ahead." in told
    # In the words of the project's own page.
    kept = (settings.BASE_DIR / "docs/reference/deprecation.md").read_text()
    assert [each for each in told.split("\n\n")[2:] if each not in kept] == []
