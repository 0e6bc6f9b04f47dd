"""docker-compose.yml against the settings: read here, since no container engine runs where this is built."""

import ast
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
# The application's own; what makes certificates is of its image and speaks with nobody (tests/encrypted).
OURS = sorted(name for name, service in SERVICES.items() if "build" in service and name != "certificates")
LASTING = sorted(name for name, service in SERVICES.items() if service["restart"] != "no")
NAME = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+|[A-Z]+")


# What Python itself reads.
OF_PYTHON = {"PROMETHEUS_MULTIPROC_DIR", "TMPDIR"}


def read_by_the_settings() -> set[str]:
    """Every name of a variable that the settings, the addresses and the making of roles mention."""
    sources = [
        *(ROOT / "config" / "settings").glob("*.py"),
        ROOT / "config" / "embedded" / "addresses.py",
        ROOT / "config" / "embedded" / "roles.py",
    ]
    found = set()
    for source in sources:
        for node in ast.walk(ast.parse(source.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and NAME.fullmatch(node.value):
                found.add(node.value)
            elif isinstance(node, ast.Call) and ast.unparse(node.func) == "addresses.secret":
                found.add(f"ORE_SECRET_{ast.literal_eval(node.args[0]).upper()}")
    return found


def environment(service: str) -> dict[str, str]:
    return {name: str(value) for name, value in SERVICES[service].get("environment", {}).items()}


def user_of(url: str) -> str | None:
    return urlsplit(re.sub(r"\$\{[^}]*\}", "secret", url)).username


def test_all_parts_are_there() -> None:
    usual = {"certificates", "postgres", "redis", "migrate", "web", "worker", "hooks", "beat", "mail"}
    assert {name for name, service in SERVICES.items() if "profiles" not in service} == usual
    more = {name for name, service in SERVICES.items() if service.get("profiles") == ["scale"]}
    assert more == {"web-2", "workers", "beat-2", "pgbouncer", "standby"}
    [reset] = [name for name, service in SERVICES.items() if service.get("profiles") == ["sandbox"]]
    assert SERVICES["proxy"]["profiles"] == ["plain", "scale"]
    assert SERVICES["https"]["profiles"] == ["https"]
    assert set(SERVICES) == usual | more | {reset, "proxy", "https"}
    assert OURS == ["beat", "beat-2", "hooks", "migrate", "reset", "web", "web-2", "worker", "workers"]


def test_the_web_server_is_the_images_own_with_a_certificate() -> None:
    [image] = re.findall(r"^CMD (.+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    command = SERVICES["web"]["command"]
    assert command == [
        *json.loads(image),
        "--certfile",
        "/tls-web/server.crt",
        "--keyfile",
        "/tls-web/server.key",
        "--ca-certs",
        "/tls-web/ca.pem",
        "--cert-reqs",
        "2",
    ]


def test_the_second_of_each_does_as_the_first() -> None:
    for first, second in (("web", "web-2"), ("worker", "workers"), ("beat", "beat-2")):
        differs = {
            key
            for key in {*SERVICES[first], *SERVICES[second]}
            if SERVICES[first].get(key) != SERVICES[second].get(key)
        }
        assert differs <= {"profiles", "ports", "deploy"}, second
    assert 1 + SERVICES["workers"]["deploy"]["replicas"] == 4


def test_the_proxy_knows_both_and_repeats_no_write() -> None:
    told = COMPOSE["configs"]["haproxy"]["content"]
    assert re.findall(r"server \S+ (\S+):8000", told) == ["web", "web-2"]
    assert "disable-l7-retry unless METH_GET" in told


def test_the_pooler_gives_a_connection_away_after_each_transaction() -> None:
    assert "pool_mode = transaction" in COMPOSE["configs"]["pgbouncer"]["content"]


@pytest.mark.parametrize("service", OURS)
def test_every_variable_is_one_that_is_read(service: str) -> None:
    assert set(environment(service)) <= read_by_the_settings() | OF_PYTHON


@pytest.mark.parametrize("service", LASTING)
def test_every_lasting_service_has_a_health_check_and_comes_back(service: str) -> None:
    check = SERVICES[service]["healthcheck"]
    assert {"test", "interval", "timeout", "retries"} <= set(check)
    assert SERVICES[service]["restart"] == "unless-stopped"


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_nothing_runs_as_root_or_can_become_it(service: str) -> None:
    # Who gives each party its own key has no network and no other right of root's.
    alone = {"0"} if SERVICES[service].get("network_mode") == "none" else set()
    assert SERVICES[service]["user"] not in {"root", "0", ""} - alone
    assert SERVICES[service].get("cap_add", []) == (["CHOWN"] if alone else [])
    assert SERVICES[service]["security_opt"] == ["no-new-privileges:true"]
    assert SERVICES[service]["cap_drop"] == ["ALL"]


@pytest.mark.parametrize("service", OURS)
def test_the_application_connects_as_its_own_role(service: str) -> None:
    assert user_of(environment(service)["DATABASE_URL"]) == "orebook_app"


def test_only_the_migration_knows_the_owner_and_the_superuser() -> None:
    known = {"migrate": {"DATABASE_OWNER_URL", "DATABASE_ADMIN_URL"}, "reset": {"DATABASE_OWNER_URL"}}
    for name in SERVICES:
        names = {key for key, value in environment(name).items() if "OWNER" in key + value or "ADMIN" in key}
        assert names == known.get(name, set())
    assert user_of(environment("migrate")["DATABASE_OWNER_URL"]) == "orebook_owner"
    assert [name for name in SERVICES if "POSTGRES_PASSWORD" in str(environment(name))] == ["postgres", "migrate"]


def test_the_application_waits_for_roles_and_schema() -> None:
    for service in ("web", "worker", "hooks", "beat", "web-2", "workers", "beat-2"):
        needs = SERVICES[service]["depends_on"]
        assert needs["migrate"]["condition"] == "service_completed_successfully"
        assert needs["redis"]["condition"] == needs["postgres"]["condition"] == "service_healthy"
    assert SERVICES["migrate"]["restart"] == "no"
    assert "config.embedded.roles" in str(SERVICES["migrate"]["command"])


def test_the_broker_keeps_what_it_is_told() -> None:
    command = SERVICES["redis"]["command"][-1]
    assert "--appendonly yes" in command
    assert "--maxmemory-policy noeviction" in command
    assert "redis:/data" in SERVICES["redis"]["volumes"]
    assert "postgres:/var/lib/postgresql" in SERVICES["postgres"]["volumes"]


def test_nothing_is_reached_from_outside_but_through_this_machine() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    # Everybody's way in, which whoever starts it asks for by its profile.
    assert published.pop("https") == ["443:8443", "80:8080"]
    assert {*published} == {"mail", "proxy"}
    assert all(port.startswith("127.0.0.1:") for ports in published.values() for port in ports)


def test_who_has_no_business_outside_has_no_way_there() -> None:
    assert COMPOSE["networks"] == {"within": {"internal": True}, "outside": {}}
    ways = {name: set(service.get("networks", [])) for name, service in SERVICES.items()}
    # Webhooks, mail, rates and sign-ins; what publishes a port; what catches a trial's mail.
    out = {"web", "web-2", "worker", "workers", "hooks", "migrate", "https", "proxy", "mail"}
    assert {name for name, networks in ways.items() if "outside" in networks} == out
    assert {name for name, networks in ways.items() if networks == {"within"}} == {*SERVICES} - out - {"certificates"}
    assert ways["mail"] == {"outside"}


def test_no_secret_stands_in_the_repository() -> None:
    for service in SERVICES:
        for name, value in environment(service).items():
            free = (
                "ORE_PUBLIC_URL",
                "EMAIL_HOST_PASSWORD",
                "DATABASE_STANDBY_URL",
                "ORE_STANDBY_PASSWORD",
                "PGPASSWORD",
                "ORE_SECRET_DJANGO_BEFORE",
                "ORE_SECRET_SEAL_BEFORE",
            )
            if re.search("PASSWORD|SECRET|AUTH|_URL$", name) and name not in free:
                assert ":?set it in .env}" in value or name == "POSTGRES_INITDB_ARGS", (service, name)
    filled = [
        line for line in (ROOT / ".env.example").read_text().splitlines() if re.match(r"\w*(PASS|SECRET)\w*=.", line)
    ]
    assert filled == []
    assert ".env" in (ROOT / ".gitignore").read_text().splitlines()


def test_the_example_names_every_variable_that_must_be_set() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    asked = set(re.findall(r"\$\{(\w+)[:}]", text))
    given = set(re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert asked == given


def test_the_image_installs_by_hash_and_runs_as_nobody_special() -> None:
    image = (ROOT / "Dockerfile").read_text()
    assert "--require-hashes" in image
    assert re.search(r"^USER orebook$", image, re.MULTILINE)
    assert image.index("USER orebook") > image.index("RUN pip install")
    for service in OURS:
        assert SERVICES[service]["user"] == re.findall(r"--uid (\d+)", image)[0]
