"""What is handed out and must tell nothing: keyed hashes and sealed texts, with the installation's own key."""

import base64
import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_NONCE = 12


def _key(purpose: str) -> bytes:
    return _derived(settings.SEAL_KEY, purpose)


@lru_cache(maxsize=8)
def _derived(key: str, purpose: str) -> bytes:
    return hmac.digest(key.encode(), purpose.encode(), "sha256")


# Its schedule of round keys is worked out once.
_cipher = lru_cache(maxsize=2)(AESGCM)


def digest(text: str | bytes) -> str:
    """A keyed hash: 64 hexadecimal digits that nobody without the key can work out."""
    return hmac.digest(_key("digest"), text.encode() if isinstance(text, str) else text, "sha256").hex()


def seal(text: str, *, to: str, length: int = 120) -> str:
    """Encrypts `text` for the reader `to`, padded to `length` bytes, so that all sealed texts look alike."""
    padded = text.encode().ljust(length)
    if len(padded) > length:
        raise ValueError("Too long to be sealed.")
    nonce = os.urandom(_NONCE)
    sealed = nonce + _cipher(_key("seal")).encrypt(nonce, padded, to.encode())
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def unseal(sealed: str, *, to: str) -> str | None:
    """The text, or None when it was not sealed here for `to`."""
    try:
        raw = base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
        return _cipher(_key("seal")).decrypt(raw[:_NONCE], raw[_NONCE:], to.encode()).decode().rstrip()
    except (ValueError, InvalidTag):
        return None
