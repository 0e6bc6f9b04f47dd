"""The chart, linted and rendered by Helm's own library, held against Kubernetes' schemas and docker-compose.yml."""

import copy
import re
from typing import Any

import kubernetes_validate
import pytest

from tests.house.chart import Made, make
from tests.house.test_compose import SERVICES, environment

VALUES: dict[str, Any] = {
    "image": {"repository": "registry.example/orebook", "tag": "0.1.0"},
    "secret": "orebook",
    "settings": {"ORE_HOSTS": "registry.example", "ORE_PUBLIC_URL": "https://registry.example"},
    "ingress": {"enabled": True, "className": "nginx", "host": "registry.example", "tlsSecret": "registry-tls"},
}
# The first and the newest that the schemas are looked at for.
KUBERNETES = ("1.27.0", "1.34.0")
# The parts of the chart, and the services of compose that they are.
OURS = {"web": "web", "worker": "worker", "hooks": "hooks", "beat": "beat", "migrate": "migrate"}


@pytest.fixture(scope="module")
def made() -> Made:
    return make(VALUES)


def pods(made: Made) -> dict[str, dict[str, Any]]:
    return {
        one["metadata"]["labels"]["app.kubernetes.io/component"]: one["spec"]["template"]["spec"]
        for one in made.objects.values()
        if one["kind"] in ("Deployment", "Job")
    }


def container(made: Made, part: str) -> dict[str, Any]:
    [found] = pods(made)[part]["containers"]
    assert isinstance(found, dict)
    return found


def test_helm_has_nothing_to_say_of_it(made: Made) -> None:
    assert made.findings == []
    assert made.refused == ""
    assert len(made.objects) > 10


@pytest.mark.parametrize("version", KUBERNETES)
def test_all_of_it_is_what_kubernetes_knows(made: Made, version: str) -> None:
    for one in made.objects.values():
        kubernetes_validate.validate(copy.deepcopy(one), version, strict=True)


@pytest.mark.parametrize(
    "lacking", [{"image": {"repository": "", "tag": "1"}}, {"image": {"repository": "a", "tag": "latest"}},
                {"secret": ""}, {"settings": {"ORE_HOSTS": "", "ORE_PUBLIC_URL": "https://registry.example"}}, ],
    ids=["image", "tag", "secret", "hosts"],
)  # fmt: skip
def test_what_only_an_operator_knows_must_be_said(lacking: dict[str, Any]) -> None:
    assert make(VALUES | lacking).refused


def test_the_same_processes_run_as_with_compose(made: Made) -> None:
    assert set(pods(made)) == set(OURS)
    for part, service in OURS.items():
        # Web: the image's own command, in the clear behind the cluster's ingress.
        asked = None if part == "web" else SERVICES[service].get("command")
        assert container(made, part).get("args") == asked, part


def test_each_process_is_given_the_same_variables_as_with_compose(made: Made) -> None:
    for part, service in OURS.items():
        names = [one["name"] for one in container(made, part)["env"]]
        assert sorted(names) == sorted(environment(service)), part


def test_what_is_secret_comes_of_the_secret_alone(made: Made) -> None:
    secret = re.compile("PASSWORD|SECRET|TOKEN|DATABASE|REDIS|DSN|OPTIONS")
    for part in OURS:
        for one in container(made, part)["env"]:
            assert bool(secret.search(one["name"])) == ("valueFrom" in one), one["name"]
    assert not [one for one in made.objects.values() if one["kind"] == "Secret"]


def test_health_is_asked_as_with_compose(made: Made) -> None:
    web = container(made, "web")
    asked = {kind: web[kind]["httpGet"]["path"] for kind in ("startupProbe", "livenessProbe", "readinessProbe")}
    assert asked == {"startupProbe": "/livez", "livenessProbe": "/livez", "readinessProbe": "/readyz"}
    for part in ("worker", "hooks", "beat"):
        shell = container(made, part)["livenessProbe"]["exec"]["command"][-1]
        assert shell == SERVICES[part]["healthcheck"]["test"][-1].replace("$$", "$"), part


def test_nothing_runs_as_root_or_writes_where_it_should_not(made: Made) -> None:
    for part, pod in pods(made).items():
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert str(pod["securityContext"]["runAsUser"]) == SERVICES[OURS[part]]["user"]
        assert pod["automountServiceAccountToken"] is False
        held = container(made, part)["securityContext"]
        assert held == {
            "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]},
        }, part  # fmt: skip
        assert {"/tmp", "/data", "/data/tmp"} == {one["mountPath"] for one in container(made, part)["volumeMounts"]}


def test_only_the_migration_knows_the_owner_and_runs_before_all_others(made: Made) -> None:
    for part in OURS:
        owner = {
            one["name"] for one in container(made, part)["env"] if "OWNER" in one["name"] or "ADMIN" in one["name"]
        }
        assert owner == ({"DATABASE_OWNER_URL", "DATABASE_ADMIN_URL"} if part == "migrate" else set())
    hooks = {name for name, one in made.objects.items() if "helm.sh/hook" in one["metadata"].get("annotations", {})}
    assert hooks == {"Job/registry-migrate"}
    assert made.objects["Job/registry-migrate"]["spec"]["backoffLimit"] == 0
    # What a hook uses is there before the release is.
    assert "persistentVolumeClaim" not in str(pods(made)["migrate"]["volumes"])


def test_every_process_has_its_budget_and_nobody_speaks_to_any_but_the_web(made: Made) -> None:
    lasting = {part for part in OURS if part != "migrate"}
    assert {f"PodDisruptionBudget/registry-{part}" for part in lasting} <= set(made.objects)
    everything = made.objects["NetworkPolicy/registry-all"]["spec"]
    assert everything["policyTypes"] == ["Ingress", "Egress"]
    assert "ingress" not in everything
    [opened] = made.objects["NetworkPolicy/registry-web"]["spec"]["ingress"]
    assert opened["ports"] == [{"port": "http", "protocol": "TCP"}]


def test_a_selector_finds_its_own_pods_and_no_others(made: Made) -> None:
    for name, one in made.objects.items():
        if one["kind"] == "Deployment":
            chosen = one["spec"]["selector"]["matchLabels"]
            assert chosen.items() <= one["spec"]["template"]["metadata"]["labels"].items(), name
            assert chosen["app.kubernetes.io/component"] == name.removeprefix("Deployment/registry-")
