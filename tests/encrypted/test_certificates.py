"""Keys within an installation: each party's own, of one authority, and made anew before they are over."""

import ssl
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from config.certificates import LEFT, OF_PARTY, PARTIES, Authority, Party, provide
from tests.encrypted.parts import SERVICES, Within

NAMES = ("server", "orebook_app", "orebook_owner", "orebook_standby", "postgres")
COMPOSED = {
    volume.split(":")[1].removeprefix("/certificates/"): volume.split(":")[0]
    for volume in SERVICES["certificates"]["volumes"]
}


def test_openssl_finds_each_certificate_good_for_what_it_is_for(within: Within) -> None:
    found = sorted(file for party in PARTIES for file in (within.folder / party.folder).glob("*.pem"))
    told = [file for file in found if file.name != "ca.pem"]
    assert len(told) == 10
    for file in told:
        purposes = ["sslclient", *(["sslserver"] if file.name == "server.pem" else [])]
        for purpose in purposes:
            command = ["openssl", "verify", "-x509_strict", "-purpose", purpose]
            command += ["-CAfile", str(file.with_name("ca.pem")), str(file)]
            subprocess.run(command, check=True, capture_output=True)


def test_no_party_holds_anothers_key_and_none_the_authoritys(within: Within) -> None:
    keys = [file.read_bytes() for file in within.folder.glob("*/*.key")]
    assert len(set(keys)) == len(keys) == 11
    assert [file.parent.name for file in within.folder.glob("*/ca.key")] == ["authority"]
    assert all(file.stat().st_mode & 0o777 == 0o400 for file in within.folder.glob("*/*.key"))


def test_what_lasts_stays_and_what_is_soon_over_is_made_anew(tmp_path: Path) -> None:
    assert len(list(provide(tmp_path))) == 10
    before = {file: file.read_bytes() for file in tmp_path.glob("*/*")}
    assert list(provide(tmp_path)) == []
    assert {file: file.read_bytes() for file in tmp_path.glob("*/*")} == before
    later = datetime.now(UTC) + OF_PARTY - LEFT + timedelta(days=1)
    assert len(list(provide(tmp_path, later))) == 10
    assert (tmp_path / "authority" / "ca.pem").read_bytes() == before[tmp_path / "authority" / "ca.pem"]
    changed = {file.name for file in tmp_path.glob("*/*") if file.read_bytes() != before[file]}
    assert changed == {f"{name}.{end}" for name in NAMES for end in ("pem", "key")}


def test_what_broke_off_or_is_of_another_authority_is_made_anew(tmp_path: Path) -> None:
    list(provide(tmp_path))
    (tmp_path / "redis" / "server.pem").write_text("half")
    stranger, _ = Authority(tmp_path / "other").sign("orebook_app")
    (tmp_path / "app" / "orebook_app.pem").write_bytes(stranger)
    assert list(provide(tmp_path)) == ["redis/server.pem", "app/orebook_app.pem"]


def test_a_certificate_names_whom_its_service_is_reached_as(within: Within) -> None:
    for party in PARTIES:
        if party.serves:
            found = x509.load_pem_x509_certificate((within.folder / party.folder / "server.pem").read_bytes())
            names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
            assert set(names.get_values_for_type(x509.DNSName)) == {*party.serves, "localhost"}
            assert set(party.serves) <= set(SERVICES)


@pytest.mark.parametrize("party", PARTIES, ids=lambda party: str(party.folder))
def test_each_volume_is_its_partys_alone_and_belongs_to_its_user(party: Party) -> None:
    volume = COMPOSED[party.folder]
    mounted = {
        name: service["user"]
        for name, service in SERVICES.items()
        if name != "certificates" and any(v.startswith(f"{volume}:") for v in service.get("volumes", []))
    }
    assert mounted
    assert set(mounted.values()) == {str(party.user)}
    assert all(f"{volume}:" not in v or v.endswith(":ro") for name in mounted for v in SERVICES[name]["volumes"])


def test_the_authoritys_key_is_mounted_where_certificates_are_made_and_nowhere_else() -> None:
    assert set(COMPOSED) == {"authority", *(party.folder for party in PARTIES)}
    assert [n for n, s in SERVICES.items() if any("authority" in v for v in s.get("volumes", []))] == ["certificates"]
    made = SERVICES["certificates"]
    assert (made["network_mode"], made["cap_drop"], made["cap_add"]) == ("none", ["ALL"], ["CHOWN"])


def test_python_takes_them_for_what_they_are(within: Within) -> None:
    context = ssl.create_default_context(cafile=within.folder / "app" / "ca.pem")
    context.load_cert_chain(within.folder / "app" / "orebook_app.pem", within.folder / "app" / "orebook_app.key")
    assert context.verify_mode is ssl.CERT_REQUIRED
