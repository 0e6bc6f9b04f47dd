"""What is sent verifies with the reference libraries of Standard Webhooks, with each secret while it is valid."""

import json
import os
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from config.embedded.node import NoNode
from config.embedded.npm import STANDARD_WEBHOOKS
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.services.overlap import BadOverlap
from network.services.webhooks import rotate_secret
from tests.acts import letter
from tests.cast import Cast
from tests.network.receivers import Call, Receiver, endpoint_for, now, turn

# Prints what each secret says of each call.
VERIFY = """
const { Webhook } = require("standardwebhooks");
const { calls, secrets } = JSON.parse(require("fs").readFileSync(0, "utf8"));
const says = (call, secret) => {
  try { return new Webhook(secret).verify(call.body, call.headers).specversion; } catch (e) { return e.message; }
};
console.log(JSON.stringify(calls.map(call => secrets.map(secret => says(call, secret)))));
"""


def says(call: Call, secret: str) -> str:
    try:
        return str(Webhook(secret).verify(call.body, call.headers)["specversion"])
    except WebhookVerificationError as error:
        return str(error)


def says_javascript(calls: list[Call], secrets: list[str]) -> list[list[str]]:
    try:
        node, folder = STANDARD_WEBHOOKS.there(), STANDARD_WEBHOOKS.folder
    except NoNode as reason:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(reason))
    told = {"calls": [{"body": c.body.decode(), "headers": c.headers} for c in calls], "secrets": secrets}
    done = subprocess.run(
        [node, "-e", VERIFY], input=json.dumps(told), capture_output=True, text=True, cwd=folder, check=True
    )
    found: list[list[str]] = json.loads(done.stdout)
    return found


def rotated(cast: Cast, made, hours: int) -> str:
    with acting_as(cast.root):
        return rotate_secret(by=cast.root, endpoint=made.endpoint, overlap=timedelta(hours=hours))


def test_both_libraries_verify_what_is_sent_with_every_secret_that_is_valid(managers: Cast, receiver: Receiver) -> None:
    made = endpoint_for(managers.root, receiver, events=("commitment.revealed",))
    other = endpoint_for(managers.root, receiver)
    letter(managers, Level.PARTIES)
    turn(made)
    new = rotated(managers, made, 24)
    letter(managers, Level.PARTIES)
    turn(made)
    # The overlap is over: the old one is signed with no more.
    letter(managers, Level.PARTIES)
    turn(made, now() + timedelta(hours=25))
    before, both, after = receiver.calls
    none = "No matching signature found"
    secrets = [made.secret, new, other.secret]
    expected = [["1.0", none, none], ["1.0", "1.0", none], [None, None, none]]
    assert [[says(call, secret) for secret in secrets] for call in (before, both)] == expected[:2]
    assert says_javascript([before, both], secrets) == expected[:2]
    # Its time is a day ahead, which the libraries refuse: the signatures are looked at themselves.
    assert len(before.headers["webhook-signature"].split()) == 1
    assert len(both.headers["webhook-signature"].split()) == 2
    at = now() + timedelta(hours=25)
    assert len(after.headers["webhook-signature"].split()) == 1
    stamp = int(after.headers["webhook-timestamp"])
    assert abs(stamp - at.timestamp()) < 60
    signed = Webhook(new).sign(after.id, datetime.fromtimestamp(stamp, UTC), after.body.decode())
    assert after.headers["webhook-signature"] == signed


def test_a_body_that_was_touched_or_an_older_time_is_refused_by_both(managers: Cast, receiver: Receiver) -> None:
    made = endpoint_for(managers.root, receiver, events=("commitment.revealed",))
    letter(managers, Level.PARTIES)
    turn(made)
    (call,) = receiver.calls
    touched = Call(call.path, call.headers, call.body.replace(b"1.0", b"1.1"))
    older = Call(call.path, call.headers | {"webhook-timestamp": "1700000000"}, call.body)
    for refused in (touched, older):
        assert says(refused, made.secret) != "1.0"
    assert "1.0" not in str(says_javascript([touched, older], [made.secret]))


def test_at_most_two_secrets_are_valid_and_an_overlap_has_an_end(managers: Cast, receiver: Receiver) -> None:
    made = endpoint_for(managers.root, receiver, events=("commitment.revealed",))
    second = rotated(managers, made, 24)
    third = rotated(managers, made, 24)
    with pytest.raises(BadOverlap):
        rotated(managers, made, 24 * 8)
    letter(managers, Level.PARTIES)
    turn(made)
    (call,) = receiver.calls
    assert [says(call, secret) == "1.0" for secret in (made.secret, second, third)] == [False, True, True]
    fourth = rotated(managers, made, 0)
    letter(managers, Level.PARTIES)
    turn(made)
    assert [says(receiver.calls[1], secret) == "1.0" for secret in (second, third, fourth)] == [False, False, True]
