"""API10, unsafe consumption of APIs: what others answer and send is believed."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import jwt
import pytest
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core.management import call_command
from django.test import Client as Http
from jwcrypto.jwk import JWK

from institutions.admin.id_tokens import Vouched
from tests.api import system_of
from tests.cast import Cast
from tests.network.test_import_api import SCOPES, upload
from tests.network.test_import_bombs import packed
from tests.security.api_top_ten.removing import case, code, held_off, nothing, yes
from tests.security.test_sign_ins_of_others import comes
from tests.sign_in import SignIn, serving


@contextmanager
def hanoks_sign_in(email: str) -> Iterator[SignIn]:
    with pytest.MonkeyPatch.context() as patch, serving(email) as served:
        patch.setattr(settings, "DEMO", True)
        patch.setenv("ORE_CLIENT_SECRET", "its secret")
        call_command("single_sign_on", "hanok", server=served.here, client_id="orebook")
        yield served


@case(without=code("institutions.admin.single_sign_on._of", yes))
def test_a_banks_sign_in_vouches_for_a_rivals_officer(cast: Cast) -> None:
    with hanoks_sign_in("rolf@rhein.example"):
        http = Http()
        comes(http)
        held_off(SESSION_KEY not in http.session, "a rival's officer came in")


def _unsigned(self: Vouched, _app: Any, id_token: str) -> Any:
    return jwt.decode(id_token, options={"verify_signature": False})


@case(without=code("institutions.admin.id_tokens.Vouched._decode_id_token", _unsigned))
def test_somebody_else_signs_for_a_bank(cast: Cast) -> None:
    other = JWK.generate(kty="EC", crv="P-256", kid="one", alg="ES256")
    with hanoks_sign_in("mina@hanok.example") as sign_in:
        sign_in.instead["token"] = lambda told: told | {"id_token": sign_in.signed(other)}
        http = Http()
        comes(http)
        held_off(SESSION_KEY not in http.session, "an officer came in by anybody's signature")


AREA = b'</sheetData><mergeCells><mergeCell ref="A5:Z9000"/></mergeCells>'


@case(without=code("network.spreadsheet.weighing.Scales._element", nothing))
def test_a_workbook_unfolds_to_very_much(cast: Cast) -> None:
    small = packed(["Deal", "Amount"], ["wattle", "1"], part="sheet1", old=b"</sheetData>", new=AREA)
    answer = upload(system_of("rhein", SCOPES), small)
    held_off(
        answer.status in (413, 422),
        f"{answer.status} {answer.raw!r}: a quarter of a million cells were made of one word",
    )
