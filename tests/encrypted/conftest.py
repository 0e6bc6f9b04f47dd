"""The certificates of an installation, made as docker-compose.yml has them made."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.certificates import Authority, provide
from config.embedded import processes
from tests.encrypted.front import NAME, Front, lives
from tests.encrypted.parts import Within, https, web


@pytest.fixture(scope="session")
def within() -> Iterator[Within]:
    """All parties' folders, where servers that run as another user reach them."""
    folder = Path(tempfile.mkdtemp(prefix="ore-tls-"))
    folder.chmod(0o755)
    made = Within(folder)
    assert list(provide(folder))
    made.keep_for(os.geteuid())
    yield made
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def front(within: Within, tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Iterator[Front]:
    """With a certificate that nobody but these tests trusts."""
    folder = tmp_path_factory.mktemp("https")
    (folder / "tls").mkdir()
    authority = Authority(folder / "authority")
    certificate, key = authority.sign(NAME, (NAME,))
    (folder / "tls" / "registry.pem").write_bytes(certificate + key)
    told = {"ORE_HOSTS": f"127.0.0.1,{NAME}", "ORE_PROXIES": "1", "ORE_HTTPS": "1"}
    with web(within, folder / "web", ORE_PUBLIC_URL=f"https://{NAME}", **told) as inside:
        # As compose waits for its health.
        assert processes.wait_until(lambda: lives(inside, within), 90), (folder / "web/log").read_text()
        with https(within, folder / "tls", inside, folder / "haproxy") as (secure, plain, process):
            yield Front(secure, plain, process, authority, folder / "tls" / "registry.pem", inside)
