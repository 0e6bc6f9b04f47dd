"""Stands in for curl where a machine has none, as far as the tutorial uses it: -s, -u, -d and -H."""

import argparse
import base64
import sys
import urllib.error
import urllib.request


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("-s", action="store_true")
    asked.add_argument("-u")
    asked.add_argument("-d")
    asked.add_argument("-H", action="append", default=[])
    asked.add_argument("address")
    given = asked.parse_args()
    headers = dict(header.split(": ", 1) for header in given.H)
    if given.u:
        headers["Authorization"] = f"Basic {base64.b64encode(given.u.encode()).decode()}"
    request = urllib.request.Request(given.address, given.d.encode() if given.d else None, headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            sys.stdout.buffer.write(answer.read())
    except urllib.error.HTTPError as refused:
        sys.stdout.buffer.write(refused.read())


if __name__ == "__main__":
    main()
