"""API9, improper inventory management: doors and words that nobody wrote down, which a package brought along."""

from datetime import timedelta
from typing import Any

from django.test import Client as Http
from django.utils import timezone
from oauth2_provider.models import get_device_grant_model

from institutions.isolation.session import acting_as
from institutions.services.clients import issue_client
from tests.api import ask_token, system_of
from tests.cast import Cast
from tests.security.api_top_ten.removing import case, code, held_off, nothing, setting

DEVICE = "urn:ietf:params:oauth:grant-type:device_code"


@case(without=setting("ROOT_URLCONF", "tests.security.api_top_ten.open_doors"))
def test_a_door_of_a_package_stands_open(cast: Cast) -> None:
    """django-oauth-toolkit brings some twenty addresses: to authorize, to register clients, to look at tokens."""
    answers = [Http().get(f"/oauth/{door}", secure=True).status_code for door in ("authorize/", "applications/")]
    held_off(answers == [404, 404], "an address that no document names is answered")


@case(without=code("institutions.api.conventions.filters.refuse_unknown", nothing))
def test_a_parameter_that_no_document_names_is_taken(cast: Cast) -> None:
    answer = system_of("rhein").get("deals?owner__staff__password__startswith=p&status=in_market")
    held_off(answer.status == 400, "a parameter of nobody's was taken without a word")


@case(without=code("institutions.api.oauth.DEVICE", "another"))
def test_a_grant_that_no_document_names_is_answered(cast: Cast) -> None:
    with acting_as(None):
        issued = issue_client(institution="rhein", scopes=["registry:read"])
    facts: dict[str, Any] = {"client_id": issued.client.client_id, "status": "denied", "scope": "registry:read"}
    get_device_grant_model().objects.create(
        device_code="known", user_code="known", expires=timezone.now() + timedelta(minutes=5), interval=5, **facts
    )
    refused = ask_token(issued.client.client_id, issued.secret, grant_type=DEVICE, device_code="known")
    held_off(refused.body == {"error": "unsupported_grant_type"}, "it was told what became of a device")
