"""Certificates of an installation's own: who serves whom within it, and as whom (`python -m config.certificates`).

One authority that nobody outside trusts signs a certificate for each service and each role of the database; each party
has a folder with its own keys and the authority's certificate, and sees no other's. What is there and lasts stays.
"""

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import cast

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

OF_AUTHORITY, OF_PARTY = timedelta(days=3650), timedelta(days=398)
# Made anew when less than this is left.
LEFT = timedelta(days=90)
# Clocks differ.
BEFORE = timedelta(hours=1)
ITSELF = "Orebook, within"


@dataclass(frozen=True)
class Party:
    """Who has the folder: the user (its number in docker-compose.yml), the names under which it serves, and as whom
    it asks others: mostly a role of PostgreSQL."""

    folder: str
    user: int
    serves: tuple[str, ...] = ()
    acts: tuple[str, ...] = ()

    def certificates(self) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        """Of each the name of its files, whom it names, and what is reached under it."""
        if self.serves:
            yield "server", self.folder, self.serves
        for role in self.acts:
            yield role, role, ()


PARTIES = (
    Party("postgres", 999, ("postgres",)),
    Party("standby", 999, ("standby",), ("orebook_standby",)),
    Party("redis", 999, ("redis",)),
    Party("pgbouncer", 70, ("pgbouncer",), ("orebook_app",)),
    Party("app", 10001, (), ("orebook_app",)),
    Party("web", 10001, ("web", "web-2")),
    Party("owner", 10001, (), ("orebook_owner",)),
    Party("superuser", 10001, (), ("postgres",)),
    Party("proxy", 99, (), ("proxy",)),
)


class Authority:
    """Who signs; its key is in `folder`, and of nobody else. `now` is another clock, for tests of other years."""

    def __init__(self, folder: Path, now: datetime | None = None) -> None:
        self._now = now or datetime.now(UTC)
        file, key = folder / "ca.pem", folder / "ca.key"
        # All that it signs is over before it is.
        if not self._lasting(file, OF_PARTY + LEFT):
            certificate, private = self._new()
            _write(key, private, 0o400)
            _write(file, certificate, 0o444)
        self.text = file.read_bytes()
        self._certificate = x509.load_pem_x509_certificate(self.text)
        self._key = cast(EllipticCurvePrivateKey, serialization.load_pem_private_key(key.read_bytes(), None))

    def sign(self, name: str, serves: tuple[str, ...] = ()) -> tuple[bytes, bytes]:
        """A certificate for this name and its key, both PEM. What serves others is reached on its own machine too."""
        usages = [ExtendedKeyUsageOID.CLIENT_AUTH, *([ExtendedKeyUsageOID.SERVER_AUTH] if serves else [])]
        key = generate_private_key(SECP256R1())
        made = (
            self._begun(name, key, OF_PARTY)
            .issuer_name(self._certificate.subject)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage(usages), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
        )
        if serves:
            here = [x509.DNSName("localhost"), x509.IPAddress(IPv4Address("127.0.0.1"))]
            named = x509.SubjectAlternativeName([*(x509.DNSName(name) for name in serves), *here])
            made = made.add_extension(named, critical=False)
        return _signed(made, self._key), _private(key)

    def lasts(self, file: Path) -> bool:
        """Whether a certificate is there with its key, of this authority, and not soon over."""
        if not self._lasting(file, LEFT) or not file.with_suffix(".key").exists():
            return False
        try:
            x509.load_pem_x509_certificate(file.read_bytes()).verify_directly_issued_by(self._certificate)
        except (ValueError, InvalidSignature):
            return False
        return True

    def _new(self) -> tuple[bytes, bytes]:
        """Its own certificate and key, both PEM."""
        key = generate_private_key(SECP256R1())
        made = (
            self._begun(ITSELF, key, OF_AUTHORITY)
            .issuer_name(_named(ITSELF))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_SIGNS, critical=True)
        )
        return _signed(made, key), _private(key)

    def _begun(self, name: str, key: EllipticCurvePrivateKey, lasts: timedelta) -> x509.CertificateBuilder:
        """What every certificate says."""
        return (
            x509.CertificateBuilder()
            .subject_name(_named(name))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self._now - BEFORE)
            .not_valid_after(self._now + lasts)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        )

    def _lasting(self, file: Path, left: timedelta) -> bool:
        """Whether a certificate is there and has more than this left."""
        try:
            found = x509.load_pem_x509_certificate(file.read_bytes())
        except (FileNotFoundError, ValueError):
            return False
        return found.not_valid_after_utc - self._now > left


def provide(folder: Path, now: datetime | None = None) -> Iterator[str]:
    """Makes what is missing or soon over beneath `folder`; the files that were made."""
    authority = Authority(folder / "authority", now)
    for party in PARTIES:
        its = folder / party.folder
        if not (its / "ca.pem").exists() or (its / "ca.pem").read_bytes() != authority.text:
            _write(its / "ca.pem", authority.text, 0o444, party.user)
        for name, called, serves in party.certificates():
            if authority.lasts(its / f"{name}.crt"):
                continue
            certificate, key = authority.sign(called, serves)
            # The key first: whoever reads in between finds a pair that does not fit, and tries again.
            _write(its / f"{name}.key", key, 0o400, party.user)
            _write(its / f"{name}.crt", certificate, 0o444, party.user)
            yield f"{party.folder}/{name}.crt"


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _signed(made: x509.CertificateBuilder, key: EllipticCurvePrivateKey) -> bytes:
    return made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def _private(key: EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(file: Path, text: bytes, mode: int, user: int | None = None) -> None:
    """Whole or not at all, and never readable by others for a moment."""
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(f".{file.name}")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
        os.fchmod(out.fileno(), mode)
        # Under an ordinary user, as in tests, everything stays its own.
        if user is not None and os.geteuid() == 0:
            os.fchown(out.fileno(), user, user)
    beside.replace(file)


_SIGNS = x509.KeyUsage(
    digital_signature=False, content_commitment=False, key_encipherment=False, data_encipherment=False,
    key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
)  # fmt: skip


def main() -> int:
    made = list(provide(Path(sys.argv[1])))
    said = "\n".join(f"made {file}" for file in made) or "All certificates are there, and last."
    sys.stdout.write(f"{said}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
