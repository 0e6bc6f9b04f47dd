"""What runs imports nothing that only developers have: `make run` installs requirements-run.txt alone."""

import json
import re
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
# All that web, worker and beat load.
LOADS = """
import json, sys
import django
django.setup()
import celery.apps.beat, celery.apps.worker, celery.bin.worker, celery.worker.consumer
import config.urls, kombu.transport.redis
print(json.dumps(sorted({name.split(".")[0] for name in sys.modules})))
"""
# Their libraries use these where they are there, and do without.
OPTIONAL = {"greenlet", "jinja2", "lxml", "markupsafe", "pygments", "setuptools"}


def locked(file: str) -> set[str]:
    return {_plain(name) for name in re.findall(r"^([A-Za-z0-9._-]+)==", (ROOT / file).read_text(), flags=re.M)}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_what_runs_is_locked_for_runs() -> None:
    loaded = subprocess.run([sys.executable, "-c", LOADS], cwd=ROOT, check=True, capture_output=True, text=True)
    owners = packages_distributions()
    used = {_plain(name) for module in json.loads(loaded.stdout) for name in owners.get(module, ())}
    # The broker's client looks whether they are there.
    used -= {name for name in locked("requirements-observe.txt") if name.startswith(("opentelemetry-", "protobuf"))}
    assert len(used) > 30
    assert used - OPTIONAL - locked("requirements-run.txt") == set()
    # The embedded services need it; elsewhere Celery does without.
    assert used - OPTIONAL - {"psutil"} - locked("requirements.txt") == set()
