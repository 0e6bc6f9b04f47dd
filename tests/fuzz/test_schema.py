"""Every operation of the schema, asked what nobody thought of, by several askers: no 500, and no answer that the schema
does not tell.

`ORE_CASES=20000` asks as often as the design promises; in `make test` one of those who may do most asks each operation.
"""

import json
import os
import random
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.conf import LazySettings
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as of_hypothesis
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from config.settings.api import rate_limit
from institutions.isolation.session import acting_as
from institutions.services.clients import issue_client
from tests.api import ask_token
from tests.cast import Cast
from tests.worlds.comparing import WRITES, ids_there
from tests.worlds.crawl import SAID
from tests.worlds.settled import settle

CASES = int(os.environ.get("ORE_CASES", "0"))
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300 + CASES // 5),
    # The asking library's own client leaves the forms that it wrote to the garbage collector.
    pytest.mark.filterwarnings("ignore:Exception ignored in.*SpooledTemporaryFile"),
]
SCHEMA = Path(__file__).resolve().parent.parent.parent / "docs" / "reference" / "openapi.json"
CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance]
ASKERS = {
    "a party that writes": ("rhein", WRITES),
    "its approver": ("rhein", "registry:read commitments:approve"),
    "the coordinator": ("austral", WRITES),
    "the secretariat": ("desk", "registry:read"),
    "nobody": None,
}
# In `make test`, the first operation that is asked and every how many: those who may write ask all between them.
SHARES = {"a party that writes": (0, 2), "the coordinator": (1, 2)}
OF_OTHERS = (0, 10)


def headers(who: str) -> dict[str, str]:
    if (asker := ASKERS[who]) is None:
        return {}
    bank, scopes = asker
    with acting_as(None):
        made = issue_client(institution=bank, scopes=scopes.split())
    return {"Authorization": f"Bearer {ask_token(made.client.client_id, made.secret).body['access_token']}"}


@dataclass
class Asking:
    """Asks operations, and keeps what was wrong."""

    headers: dict[str, str]
    there: dict[str, list[str]]
    each: int
    asked: int = 0
    wrong: list[str] = field(default_factory=list)

    def all(self, operation: Any, number: int) -> None:
        chance = random.Random(number)

        @seed(number)
        @given(case=operation.as_strategy())
        @of_hypothesis(
            max_examples=self.each, database=None, deadline=None, suppress_health_check=list(HealthCheck),
            phases=(Phase.generate,),
        )  # fmt: skip
        def ask(case: Any) -> None:
            self.one(case, chance)

        try:
            ask()
        except (Exception, FailureGroup) as error:  # whatever it is, the other operations are asked too
            self.wrong.append(f"{operation.label}: {str(error)[:1500]}")

    def one(self, case: Any, chance: random.Random) -> None:
        self.asked += 1
        # Half of the time about a row that there is.
        kind = case.path.split("/")[3].removesuffix("s")
        known = self.there.get(SAID.get(kind, kind.replace("-", "")), ())
        for name in case.path_parameters:
            if known and chance.random() < 0.5:
                case.path_parameters[name] = chance.choice(known)
        case.call_and_validate(headers=self.headers, checks=CHECKS)


@pytest.mark.parametrize("who", ASKERS)
def test_no_question_breaks_it(committed_cast: Cast, settings: LazySettings, who: str) -> None:
    settle(committed_cast)
    settings.SECURE_SSL_REDIRECT = False
    settings.RATE_LIMIT = rate_limit("1000000/minute")
    schema = schemathesis.openapi.from_dict(json.loads(SCHEMA.read_text()))
    schema.app = get_wsgi_application()
    found = list(schema.get_all_operations())
    operations = [each.ok() for each in found if isinstance(each, Ok)]
    assert len(operations) == len(found), "each operation of the schema can be asked"
    asking = Asking(headers(who), ids_there(), ceil(CASES / len(ASKERS) / len(operations)) or 2)
    if not CASES:
        first, step = SHARES.get(who, OF_OTHERS)
        operations = operations[first::step]
    for number, operation in enumerate(operations):
        asking.all(operation, number)
    assert not asking.wrong, f"{len(asking.wrong)} operations:\n" + "\n\n".join(asking.wrong[:12])
    # Where an operation has nothing to vary, it is asked once.
    assert asking.asked >= len(operations)
