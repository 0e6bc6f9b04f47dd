"""Keys within an installation: each party's own, of one authority, and made anew before they are over."""

import re
import ssl
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from config.certificates import LEFT, OF_AUTHORITY, OF_PARTY, PARTIES, Authority, Party, provide
from tests.encrypted.parts import SERVICES, Within
from tests.scaling.servers import CONFIGS, ROOT, needs

pytestmark = pytest.mark.slow

NAMES = ("server", "orebook_app", "orebook_owner", "orebook_standby", "postgres", "proxy")
# Who has a party's keys, where that is not the service of its name.
MOUNTED = {
    "app": {"migrate", "web", "web-2", "worker", "workers", "hooks", "beat", "beat-2", "reset"},
    "web": {"web", "web-2"},
    "owner": {"migrate", "reset"},
    "superuser": {"migrate"},
    "proxy": {"proxy", "https"},
}
COMPOSED = {
    volume.split(":")[1].removeprefix("/certificates/"): volume.split(":")[0]
    for volume in SERVICES["certificates"]["volumes"]
}


def test_openssl_finds_each_certificate_good_for_what_it_is_for(within: Within) -> None:
    openssl = needs("openssl")
    found = sorted(file for party in PARTIES for file in (within.folder / party.folder).glob("*.crt"))
    told = found
    assert len(told) == 11
    for file in told:
        purposes = ["sslclient", *(["sslserver"] if file.name == "server.crt" else [])]
        for purpose in purposes:
            command = [openssl, "verify", "-x509_strict", "-purpose", purpose]
            command += ["-CAfile", str(file.with_name("ca.pem")), str(file)]
            subprocess.run(command, check=True, capture_output=True)


def test_no_party_holds_anothers_key_and_none_the_authoritys(within: Within) -> None:
    keys = [file.read_bytes() for file in within.folder.glob("*/*.key")]
    assert len(set(keys)) == len(keys) == 12
    assert [file.parent.name for file in within.folder.glob("*/ca.key")] == ["authority"]
    assert all(file.stat().st_mode & 0o777 == 0o400 for file in within.folder.glob("*/*.key"))


def test_what_lasts_stays_and_what_is_soon_over_is_made_anew(tmp_path: Path) -> None:
    assert len(list(provide(tmp_path))) == 11
    before = {file: file.read_bytes() for file in tmp_path.glob("*/*")}
    assert list(provide(tmp_path)) == []
    assert {file: file.read_bytes() for file in tmp_path.glob("*/*")} == before
    later = datetime.now(UTC) + OF_PARTY - LEFT + timedelta(days=1)
    assert len(list(provide(tmp_path, later))) == 11
    assert (tmp_path / "authority" / "ca.pem").read_bytes() == before[tmp_path / "authority" / "ca.pem"]
    changed = {file.name for file in tmp_path.glob("*/*") if file.read_bytes() != before[file]}
    assert changed == {f"{name}.{end}" for name in NAMES for end in ("crt", "key")}


def test_what_broke_off_or_is_of_another_authority_is_made_anew(tmp_path: Path) -> None:
    list(provide(tmp_path))
    stranger, _ = Authority(tmp_path / "other").sign("orebook_app")
    for name, text in (("redis/server.crt", b"half"), ("app/orebook_app.crt", stranger)):
        (tmp_path / name).unlink()
        (tmp_path / name).write_bytes(text)
    (tmp_path / "web" / "server.key").unlink()
    assert list(provide(tmp_path)) == ["redis/server.crt", "app/orebook_app.crt", "web/server.crt"]


def test_nothing_outlives_the_authority(tmp_path: Path) -> None:
    list(provide(tmp_path))
    old = (tmp_path / "authority" / "ca.pem").read_bytes()
    late = datetime.now(UTC) + OF_AUTHORITY - OF_PARTY
    assert len(list(provide(tmp_path, late))) == 11
    assert (tmp_path / "authority" / "ca.pem").read_bytes() != old


def test_a_certificate_names_whom_its_service_is_reached_as(within: Within) -> None:
    for party in PARTIES:
        if party.serves:
            found = x509.load_pem_x509_certificate((within.folder / party.folder / "server.crt").read_bytes())
            names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
            assert set(names.get_values_for_type(x509.DNSName)) == {*party.serves, "localhost"}
            assert set(party.serves) <= set(SERVICES)


@pytest.mark.parametrize("party", PARTIES, ids=lambda party: str(party.folder))
def test_each_volume_is_its_partys_alone_and_belongs_to_its_user(party: Party) -> None:
    volume = COMPOSED[party.folder]
    mounts = {
        name: mount
        for name, service in SERVICES.items()
        for mount in service.get("volumes", [])
        if mount.startswith(f"{volume}:") and name != "certificates"
    }
    assert set(mounts) == MOUNTED.get(party.folder, {party.folder})
    assert {SERVICES[name]["user"] for name in mounts} == {str(party.user)}
    assert all(mount.endswith(":ro") for mount in mounts.values())


def test_the_authoritys_key_is_mounted_where_certificates_are_made_and_nowhere_else() -> None:
    assert set(COMPOSED) == {"authority", *(party.folder for party in PARTIES)}
    assert [n for n, s in SERVICES.items() if any("authority" in v for v in s.get("volumes", []))] == ["certificates"]
    made = SERVICES["certificates"]
    assert (made["network_mode"], made["cap_drop"], made["cap_add"]) == ("none", ["ALL"], ["CHOWN"])


def test_python_takes_them_for_what_they_are(within: Within) -> None:
    context = ssl.create_default_context(cafile=within.folder / "app" / "ca.pem")
    context.load_cert_chain(within.folder / "app" / "orebook_app.crt", within.folder / "app" / "orebook_app.key")
    assert context.verify_mode is ssl.CERT_REQUIRED


def test_each_side_holds_the_others_certificate_against_its_name() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    assert set(re.findall(r"\bsslmode=([\w-]+)", text)) == {"verify-full"}
    assert SERVICES["standby"]["environment"]["PGSSLMODE"] == "verify-full"
    assert set(re.findall(r"(?:client|server)_tls_sslmode = (\S+)", text)) == {"verify-full"}
    asked = re.findall(r"server \S+ (\S+):8000 verifyhost (\S+)", CONFIGS["haproxy"]["content"])
    assert asked == [("web", "web"), ("web-2", "web-2")]


def test_who_waits_for_a_busy_web_server_waits_as_long_for_tls_as_for_its_answer() -> None:
    """A connection that is given up is a server that is called gone: then everybody is turned away."""
    told = CONFIGS["haproxy"]["content"]
    assert re.findall(r"timeout connect (\S+)", told) == re.findall(r"timeout server (\S+)", told) == ["90s"]
