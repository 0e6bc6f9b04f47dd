"""Another ORE_SECRET_SEAL: with the earlier one beside it nothing that is kept or was handed out is lost; once all is
sealed again, nothing needs the earlier one."""

import os
from urllib.parse import urlsplit

import psycopg
import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.test import Client
from standardwebhooks import Webhook

from institutions.admin.accounts import FACTOR
from institutions.isolation import sealing
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.services.welcome import token_for
from network.digests.unsubscribing import address
from network.models import Mails
from network.services.webhooks import Made
from tests.acts import letter
from tests.api import system_of
from tests.cast import Cast
from tests.deals.test_api_repeats import body, letters
from tests.deals.test_esg import planned
from tests.institutions.test_guessing import code_of
from tests.network.receivers import Receiver, endpoint_for, turn
from tests.network.test_import_api import SCOPES, confirmed, upload
from tests.network.test_import_ends import PROJECTS
from tests.security.test_passwords import enter, second

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("second_factor_is_free")]

NEW = "another key of forty signs and some more"


@pytest.fixture
def before(settings: LazySettings) -> str:
    """The key of the beginning."""
    return str(settings.SEAL_KEY)


def change_key(settings: LazySettings, *known: str) -> None:
    settings.SEAL_KEY, settings.SEAL_KEYS_BEFORE = NEW, list(known)


def factors(cast: Cast) -> tuple[str, list[str]]:
    """Of Ada: what makes her codes, and her recovery codes."""
    secret = str(totp.generate_totp_secret())
    with acting_as(None):
        totp.TOTP.activate(cast.ada, secret)
        return secret, list(RecoveryCodes.activate(cast.ada).generate_codes())


def is_signed(made: Made, receiver: Receiver, managers: Cast) -> bool:
    """Whether one more event comes, with a signature that the institution's secret fits."""
    letter(managers, Level.PARTIES)
    turn(made)
    if not receiver.calls:
        return False
    call = receiver.calls.pop()
    return bool(Webhook(made.secret).verify(call.body, call.headers))


def test_everything_goes_on_while_the_earlier_key_is_known(
    managers: Cast, receiver: Receiver, before: str, settings: LazySettings
) -> None:
    rhein = system_of("rhein", f"{SCOPES} commitments:write")
    made = endpoint_for(managers.root, receiver, events=("commitment.revealed",))
    secret, codes = factors(managers)
    with acting_as(None):
        link = f"/accounts/welcome/{token_for(managers.rolf)}/"
    first = rhein.post("commitments", body(managers), Idempotency_Key="k-1")
    page = rhein.get("events?limit=1")
    taken = upload(rhein, PROJECTS, kind="projects", name="pipeline.csv")

    change_key(settings, "one in between", before)
    again = rhein.post("commitments", body(managers), Idempotency_Key="k-1")
    assert (again.status, again.body["id"]) == (201, first.body["id"])
    assert letters(managers) == 1
    assert rhein.get(f"events?limit=1&after={page.body['next_cursor']}").status == 200
    assert upload(rhein, PROJECTS, kind="projects", name="pipeline.csv").body["id"] == taken.body["id"]
    assert Client().get(link, secure=True).status_code == 200
    assert second(enter(), code_of(secret))
    assert second(enter(), codes[0])
    assert is_signed(made, receiver, managers)


def test_a_file_is_imported_once_whichever_key_it_was_uploaded_under(
    managers: Cast, before: str, settings: LazySettings
) -> None:
    one, other = system_of("rhein", SCOPES), system_of("rhein", SCOPES)
    first = upload(one, PROJECTS, kind="projects", name="p.csv")
    change_key(settings, before)
    second = upload(other, PROJECTS, kind="projects", name="p.csv")
    assert first.body["id"] != second.body["id"]
    # A version of before is none any more; whoever reads again goes on.
    assert confirmed(one, first).status == 412
    assert confirmed(one, one.get(f"imports/{first.body['id']}")).status == 200
    refused = confirmed(other, second)
    assert (refused.status, refused.body["type"]) == (409, "urn:orebook:problem:already_imported")
    assert upload(one, PROJECTS, kind="projects", name="p.csv").status == 409


def test_an_answer_to_a_check_stands(managers: Cast, before: str, settings: LazySettings) -> None:
    mine, sent = planned(managers, 100), {"check": "production_before_decision", "reason": "A pilot plant"}
    maple, path = system_of("maple", "registry:read projects:write commitments:write"), f"projects/{mine.pk}/checks"
    assert maple.post(path, sent).status == 201
    change_key(settings, before)
    answers = {each["check"]: each["answer"] for each in maple.get(path).body["results"]}
    assert answers[sent["check"]]["reason"] == "A pilot plant"
    assert maple.post(path, sent).body["type"] == "urn:orebook:problem:check_answered"


def test_nobody_is_logged_out_and_links_in_mail_go_on_while_the_earlier_signing_secret_is_known(
    managers: Cast, settings: LazySettings
) -> None:
    http, link = enter(), urlsplit(address(managers.ada.pk, Mails.DIGEST)).path
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [settings.SECRET_KEY]
    assert http.get("/admin/", secure=True).status_code == 200
    assert Client().get(link, secure=True).status_code == 200
    settings.SECRET_KEY_FALLBACKS = []
    assert enter().get("/admin/", secure=True).status_code == 200
    assert Client().get(link, secure=True).status_code == 404


def test_what_is_sealed_again_needs_the_earlier_key_no_more(
    managers: Cast, receiver: Receiver, before: str, settings: LazySettings, capsys: pytest.CaptureFixture[str]
) -> None:
    made = endpoint_for(managers.root, receiver, events=("commitment.revealed",))
    secret, codes = factors(managers)
    assert second(enter(), codes[0])
    change_key(settings, before)
    call_command("seal_again")
    assert "Sealed again: 3. With the present key already: 0." in capsys.readouterr().out

    change_key(settings)
    assert is_signed(made, receiver, managers)
    assert second(enter(), code_of(secret))
    # What was used before stays used.
    assert not second(enter(), codes[0])
    assert second(enter(), codes[1])
    call_command("seal_again")
    assert "Sealed again: 0. With the present key already: 3." in capsys.readouterr().out


def test_what_opens_with_no_key_stays_as_it_is_and_is_named(
    managers: Cast, receiver: Receiver, before: str, settings: LazySettings
) -> None:
    made = endpoint_for(managers.root, receiver)
    factors(managers)
    change_key(settings)
    with pytest.raises(CommandError) as refused:
        call_command("seal_again")
    said = str(refused.value)
    assert "ORE_SECRET_SEAL_BEFORE" in said
    assert f"webhook {made.endpoint.pk}: its institution rotates the secret" in said
    assert said.count("second factor of ada@austral.example: their institution's admin takes it off") == 2
    # The key is found after all.
    change_key(settings, before)
    call_command("seal_again")
    assert is_signed(made, receiver, managers)


def test_what_was_sealed_before_texts_named_their_key_and_what_was_never_sealed_are_sealed(
    managers: Cast, settings: LazySettings
) -> None:
    secret, codes = factors(managers)
    with acting_as(None):
        kept = Authenticator.objects.get(user=managers.ada, type="totp").data["secret"]
        seed = sealing.unseal(
            Authenticator.objects.get(user=managers.ada, type="recovery_codes").data["seed"], to=FACTOR
        )
    assert seed
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as owner:
        put = "UPDATE mfa_authenticator SET data = data || jsonb_build_object(%s::text, %s::text) WHERE type = %s"
        owner.execute(put, ["secret", kept.partition(".")[2], "totp"])
        owner.execute(put, ["seed", seed, "recovery_codes"])
    assert second(enter(), code_of(secret))
    call_command("seal_again")
    with acting_as(None):
        held = [str(each.data) for each in Authenticator.objects.filter(user=managers.ada)]
    assert len(held) == 2
    assert not [each for each in held if seed in each or secret in each]
    assert all(f"'{kept.partition('.')[0]}." in each for each in held)
    assert second(enter(), codes[0])
