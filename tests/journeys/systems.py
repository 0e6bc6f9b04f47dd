"""A bank's two systems: one prepares, the other approves, and two persons answer for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from tests.journeys.partner import Answer, Partner
from tests.journeys.running import Client, Run

PREPARES = "registry:read projects:write deals:write commitments:write"
APPROVES = "registry:read commitments:approve"


def clients(slug: str, domain: str) -> tuple[Client, Client]:
    """The one that prepares, and the one that approves."""
    return Client(slug, PREPARES, f"officer@{domain}"), Client(slug, APPROVES, f"approver@{domain}")


@dataclass
class Bank:
    """What both do over HTTP; whatever is posted has a key of its own, whatever is changed names what was read."""

    slug: str
    prepares: Partner
    approves: Partner

    @classmethod
    def of(cls, run: Run, slug: str, domain: str) -> "Bank":
        return cls(slug, *(Partner(run, client) for client in clients(slug, domain)))

    def get(self, path: str) -> Any:
        answer = self.prepares.get(path)
        assert answer.status == 200, (path, answer.body)
        return answer.json

    def sees(self, path: str) -> bool:
        """Whether there is such a thing for this bank; hidden is as missing."""
        status = self.prepares.get(path).status
        assert status in (200, 404), (path, status)
        return status == 200

    def post(self, path: str, body: Any = None, *, of: str = "", status: int = 201) -> Any:
        """`of`: what it is done to, as it was read last."""
        version = {"If-Match": f'"{self.get(of)["version"]}"'} if of else {}
        answer = self.prepares.write("POST", path, body, **version, **{"Idempotency-Key": str(uuid4())})
        assert answer.status == status, (path, body, answer.status, answer.body)
        return answer.json

    def change(self, path: str, body: Any) -> Any:
        version = self.get(path)["version"]
        answer = self.prepares.write("PATCH", path, body, **{"If-Match": f'"{version}"'})
        assert answer.status == 200, (path, body, answer.body)
        return answer.json

    def confirm(self, told: Mapping[str, Any]) -> None:
        """What was answered as waiting; whoever prepared it can't, the bank's other system can."""
        waiting = told["pending_approval"]["id"]
        assert self.prepares.write("POST", f"approvals/{waiting}/confirm").status == 403
        answer = self.approves.write("POST", f"approvals/{waiting}/confirm")
        assert answer.status == 200, answer.body

    def move(self, commitment: str, to: str, **facts: Any) -> Any:
        """A stage that a second person confirms."""
        path = f"commitments/{commitment}"
        told = self.post(f"{path}/transitions", {"to": to, **facts}, of=path, status=202)
        assert told["stage"] != to
        self.confirm(told)
        moved = self.get(path)
        assert moved["stage"] == to, moved
        return moved

    def refused(self, path: str, body: Any, *, of: str = "") -> dict[str, str]:
        """Every field that a refused request names, with what it says."""
        version = {"If-Match": f'"{self.get(of)["version"]}"'} if of else {}
        answer = self.prepares.write("POST", path, body, **version)
        assert 400 <= answer.status < 500, (path, body, answer.body)
        return {error["pointer"]: error["code"] for error in answer.json["errors"]}


def problem(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.json["type"].rsplit(":", 1)[-1]
