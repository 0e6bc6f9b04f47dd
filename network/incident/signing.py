"""What a pack is signed with: a key of this installation, made of its sealing secret."""

from functools import cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings


@cache
def _key() -> Ed25519PrivateKey:
    derived = HKDF(SHA256(), 32, salt=None, info=b"orebook incident packs").derive(settings.SEAL_KEY.encode())
    return Ed25519PrivateKey.from_private_bytes(derived)


def signature(content: bytes) -> bytes:
    """Ed25519, 64 bytes."""
    return _key().sign(content)


def public_key() -> bytes:
    """As PEM, which `openssl` reads."""
    return _key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
