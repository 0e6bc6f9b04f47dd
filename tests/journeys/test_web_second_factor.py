"""Where second factors are forced: a newcomer sets one up, and from then on a password alone opens nothing."""

import re

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

from tests.cast import PASSWORD, Cast
from tests.web import Web


def log_in(web: Web) -> str:
    return web.post("/accounts/login/", login="ada@austral.example", password=PASSWORD).address


def test_a_newcomer_sets_up_a_second_factor_and_needs_it_afterwards(cast: Cast) -> None:
    web = Web()
    assert log_in(web).startswith("/accounts/reauthenticate/"), "the set-up asks for the password once more"
    setup = web.post("/accounts/reauthenticate/?next=/accounts/2fa/totp/activate/", password=PASSWORD)
    found = re.search(r'id="authenticator_secret"[^>]*value="([A-Z2-7]+)"', setup.text)
    assert found
    code = format_hotp_value(hotp_value(found.group(1), next(iter(yield_hotp_counters_from_time()))))
    shown = web.post("/accounts/2fa/totp/activate/", code=code)
    assert "Recovery Codes" in shown.seen
    codes = re.findall(r"\b[0-9]{8}\b", shown.text)
    assert len(codes) == 10
    assert web.get("/admin/").status == 200

    again = Web()
    assert log_in(again).startswith("/accounts/2fa/authenticate/")
    assert again.go("/admin/deals/deal/").address == "/accounts/2fa/authenticate/", "half a log-in opens nothing"
    wrong = again.post("/accounts/2fa/authenticate/", code="000000")
    assert "Incorrect code" in wrong.seen
    assert again.post("/accounts/2fa/authenticate/", code=codes[0]).address == "/admin/"
