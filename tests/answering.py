"""Servers of tests: they answer until a block ends, and end with it at once."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import BaseServer
from typing import TypeVar

Server = TypeVar("Server", bound=BaseServer)
# How often a server looks whether it is to end. By itself it would twice a second, for which each test would wait.
LOOKS = 0.02


@contextmanager
def answering(server: Server) -> Iterator[Server]:
    """`server` answers, in a thread of its own, until the block ends."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": LOOKS}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
