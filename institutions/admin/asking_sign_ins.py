"""How an institution's sign-in is asked: what it answers is another's text, and believed within bounds alone."""

from typing import Any
from urllib.parse import urlsplit

import requests

SECONDS = 5
LARGEST = 200_000
_WELL_KNOWN = "/.well-known/"
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")


class Unusable(requests.RequestException):
    """An answer that is none. The package tells whoever logs in that they were not let in, and no more."""


class Asking(requests.Session):
    """Follows no redirect, which would lead where nobody registered a sign-in; reads no more than an answer needs."""

    def __init__(self) -> None:
        super().__init__()
        # Neither a proxy nor a password file of this machine's.
        self.trust_env = False

    def request(self, method: str, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:
        kwargs |= {"timeout": SECONDS, "allow_redirects": False, "stream": True}
        answer = super().request(method, url, *args, **kwargs)
        with answer:
            read = answer.raw.read(LARGEST + 1, decode_content=True)
        if answer.is_redirect or len(read) > LARGEST:
            raise Unusable("It sent elsewhere, or too much.")
        # As requests keeps what it read itself.
        answer._content = read
        if answer.ok and _WELL_KNOWN in str(url):
            _check(str(url), answer.json())
        return answer


def _check(url: str, told: Any) -> None:
    """What it says of itself: it is who was registered, and all of it is where that is."""
    issuer = url.partition(_WELL_KNOWN)[0]
    if not isinstance(told, dict) or str(told.get("issuer", "")).rstrip("/") != issuer:
        raise Unusable("It says that it is another.")
    scheme = urlsplit(issuer).scheme
    if any(urlsplit(str(told.get(name, ""))).scheme != scheme for name in _ENDPOINTS):
        raise Unusable("It has no door where one is needed, or one without TLS.")
