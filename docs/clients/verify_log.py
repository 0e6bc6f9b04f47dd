"""Checks what Orebook proves of its log, without Orebook: nothing but Python's standard library.

    python verify_log.py proofs.json [--head HEAD.json]          what /api/v1/log/proofs answered
    python verify_log.py consistency.json [--head HEAD.json]     what /api/v1/log/consistency answered

HEAD.json is a head that you kept, from /api/v1/log/heads, a digest or a webhook: {"number": …, "root": "…"}. Without it
only that the answer fits itself is shown. Exits 0 where everything fits, 1 where something does not, 2 where nothing
could be read. The tree is that of RFC 6962: SHA-256, 0x00 before a leaf, 0x01 before a node.
"""

import argparse
import hashlib
import json
import sys


class Unfit(Exception):
    """What does not fit."""


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def leaf(facts: list) -> bytes:
    """The hash of an event: over a salted hash of each of its facts, in the order of their names."""
    names = [fact["fact"] for fact in facts]
    if names != sorted(set(names)):
        raise Unfit("the facts are not in order")
    hashed = b"".join(fact["fact"].encode() + b"\x00" + fact_hash(fact) for fact in facts)
    return sha(b"\x00" + hashed)


def fact_hash(fact: dict) -> bytes:
    if "hash" in fact:
        return bytes.fromhex(fact["hash"])
    return sha(bytes.fromhex(fact["salt"]) + fact["said"].encode())


def climb(start: bytes, index: int, size: int, path: list) -> bytes:
    """The root that a leaf, its place and the hashes beside its way up make (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        raise Unfit("the leaf is beyond the tree")
    found, last = start, size - 1
    for beside in path:
        if last == 0:
            raise Unfit("the path is too long")
        if index & 1 or index == last:
            found = sha(b"\x01" + bytes.fromhex(beside) + found)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            found = sha(b"\x01" + found + bytes.fromhex(beside))
        index, last = index >> 1, last >> 1
    if last:
        raise Unfit("the path is too short")
    return found


def extends(first: dict, second: dict, path: list) -> None:
    """Raises Unfit unless the second tree begins with the first (RFC 9162 §2.1.4.2)."""
    one, two = int(first["tree_size"]), int(second["tree_size"])
    if not 0 < one <= two:
        raise Unfit("the first head is not the earlier one")
    if one == two:
        if path or first["root"] != second["root"]:
            raise Unfit("two heads of one size differ")
        return
    hashes = [bytes.fromhex(each) for each in path]
    if one & (one - 1) == 0:
        hashes.insert(0, bytes.fromhex(first["root"]))
    if not hashes:
        raise Unfit("the path is empty")
    index, last = one - 1, two - 1
    while index & 1:
        index, last = index >> 1, last >> 1
    before = after = hashes[0]
    for beside in hashes[1:]:
        if last == 0:
            raise Unfit("the path is too long")
        if index & 1 or index == last:
            before, after = sha(b"\x01" + beside + before), sha(b"\x01" + beside + after)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            after = sha(b"\x01" + after + beside)
        index, last = index >> 1, last >> 1
    if last or before.hex() != first["root"] or after.hex() != second["root"]:
        raise Unfit("the later head does not extend the earlier one")


def same(kept: dict, shown: dict) -> None:
    """Raises Unfit where a head of this number was handed out with another root."""
    if kept["number"] == shown["number"] and kept["root"] != shown["root"]:
        raise Unfit(f"head {kept['number']} is not the one that you keep")


def check(answer: dict, kept: "dict | None") -> list:
    """What was shown, a line each. Raises Unfit."""
    if "results" in answer:
        lines = []
        for proof in answer["results"]:
            head = proof["head"]
            if kept:
                if kept["number"] != head["number"]:
                    raise Unfit(f"ask for proofs under the head that you keep: &head={kept['number']}")
                same(kept, head)
            root = climb(leaf(proof["facts"]), int(proof["leaf_index"]), int(head["tree_size"]), proof["path"])
            if root.hex() != head["root"]:
                raise Unfit(f"event {proof['event']} is not under head {head['number']}")
            told = {fact["fact"]: fact["said"] for fact in proof["facts"] if "said" in fact}
            if told.get("id") != proof["event"]:
                raise Unfit(f"event {proof['event']} is proven by another's facts")
            lines.append(
                f"{told['time']} {told['action']} {told['table']} {told['object']}: under head {head['number']}"
            )
        return lines
    first, second = answer["first"], answer["second"]
    if kept:
        if kept["number"] not in (first["number"], second["number"]):
            raise Unfit(f"ask for the head that you keep: first={kept['number']}")
        same(kept, first)
        same(kept, second)
    extends(first, second, answer["path"])
    return [f"head {second['number']} extends head {first['number']}"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("answer")
    parser.add_argument("--head", help="a head that you kept")
    asked = parser.parse_args()
    try:
        with open(asked.answer, encoding="utf-8") as file:
            answer = json.load(file)
        kept = None
        if asked.head:
            with open(asked.head, encoding="utf-8") as file:
                kept = json.load(file)
        lines = check(answer, kept)
    except Unfit as unfit:
        print(f"DOES NOT FIT: {unfit}", file=sys.stderr)
        return 1
    except (OSError, KeyError, TypeError, ValueError) as error:
        print(f"this is no answer of Orebook's log: {error!r}", file=sys.stderr)
        return 2
    print("\n".join([*lines, "all fits" if lines else "nothing was to be shown"]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
