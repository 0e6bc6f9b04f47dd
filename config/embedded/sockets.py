"""Is anybody there? Questions to a socket in the file system."""

import socket
from pathlib import Path

# The first message of PostgreSQL's protocol that asks nothing: the server says whether it would encrypt.
SSL_REQUEST = bytes([0, 0, 0, 8, 4, 210, 22, 47])


def accepts(path: Path) -> bool:
    """Whether something accepts connections on the socket."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(2)
        try:
            client.connect(str(path))
        except OSError:
            return False
    return True


def answers(path: Path) -> bool:
    """Whether a PostgreSQL that is alive answers: a server just killed still takes connections for a moment."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(2)
        try:
            client.connect(str(path))
            client.sendall(SSL_REQUEST)
            return client.recv(1) in (b"N", b"S")
        except OSError:
            return False
