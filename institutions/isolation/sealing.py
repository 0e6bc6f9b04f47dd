"""What is handed out and must tell nothing: keyed hashes and sealed texts, with the installation's own key.

A sealed text begins with its form and the number of its key, so that both can be changed: what an earlier key of the
installation sealed (ORE_SECRET_SEAL_BEFORE) is still read, and `manage.py seal_again` seals it with the present one.
"""

import base64
import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_NONCE = 12
# How a text is sealed: AES-256-GCM, the nonce first. Another algorithm takes another digit.
_FORM = "1"


def _keys() -> list[str]:
    return [settings.SEAL_KEY, *settings.SEAL_KEYS_BEFORE]


@lru_cache(maxsize=8)
def _derived(key: str, purpose: str) -> bytes:
    return hmac.digest(key.encode(), purpose.encode(), "sha256")


# Its schedule of round keys is worked out once.
_cipher = lru_cache(maxsize=8)(AESGCM)


@lru_cache(maxsize=8)
def _head(key: str) -> str:
    """What its texts begin with: form and number, which tells whether two were sealed with one key and nothing else."""
    return f"{_FORM}{base64.urlsafe_b64encode(_derived(key, 'number')[:3]).decode()}"


def digest(text: str | bytes) -> str:
    """A keyed hash: 64 hexadecimal digits that nobody without the key can work out."""
    return _hashed(settings.SEAL_KEY, text)


def digests(text: str | bytes) -> list[str]:
    """Its keyed hash with the present key first, then with each earlier one: what was kept may be any of them."""
    return [_hashed(key, text) for key in _keys()]


def _hashed(key: str, text: str | bytes) -> str:
    return hmac.digest(_derived(key, "digest"), text.encode() if isinstance(text, str) else text, "sha256").hex()


def seal(text: str, *, to: str, length: int = 120) -> str:
    """Encrypts `text` for the reader `to`, padded to `length` bytes, so that all sealed texts look alike."""
    padded = text.encode().ljust(length)
    if len(padded) > length:
        raise ValueError("Too long to be sealed.")
    nonce = os.urandom(_NONCE)
    key = settings.SEAL_KEY
    sealed = nonce + _cipher(_derived(key, "seal")).encrypt(nonce, padded, to.encode())
    return f"{_head(key)}.{base64.urlsafe_b64encode(sealed).decode().rstrip('=')}"


def unseal(sealed: str, *, to: str) -> str | None:
    """The text, or None when it was not sealed here for `to`."""
    head, _, rest = sealed.rpartition(".")
    for key in _keys():
        # One without a head was sealed before texts had one.
        if head and head != _head(key):
            continue
        try:
            raw = base64.urlsafe_b64decode(rest + "=" * (-len(rest) % 4))
            return _cipher(_derived(key, "seal")).decrypt(raw[:_NONCE], raw[_NONCE:], to.encode()).decode().rstrip()
        except (ValueError, InvalidTag):
            continue
    return None


def sealed_at_present(sealed: str) -> bool:
    """Whether the present key and form sealed it."""
    return sealed.startswith(f"{_head(settings.SEAL_KEY)}.")
