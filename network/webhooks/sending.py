"""One call of a receiver, and what came of it.

requests-hardened resolves the name once, pins the address and follows no redirect; here it is also held to the rule of
addresses.py, to one deadline for all of it, and reads no body.
"""

import logging
import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from ipaddress import ip_address
from types import TracebackType
from typing import Any

import requests
from django.conf import settings
from requests_hardened import Config, HTTPSession
from requests_hardened.ip_filter import InvalidIPAddress
from requests_hardened.ip_filter_adapter import IPFilterAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from network.webhooks.addresses import may_be_called

CONNECT_SECONDS, READ_SECONDS = 5, 10
# For all of it: a receiver that lets one byte of its headers drip at a time keeps to the other two.
WHOLE_SECONDS = 15
# Nobody answers for it at the moment, whatever is sent.
OF_ALL = frozenset(
    {
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)
# It names the host and address that it refused, which are no business of a log.
logging.getLogger("requests_hardened.ip_filter").setLevel(logging.ERROR)


@dataclass(frozen=True)
class Outcome:
    """`status` is the receiver's, None where it gave none; `error` is a word for why."""

    status: int | None
    error: str
    milliseconds: int
    retry_after: timedelta | None = None

    @property
    def taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def gone(self) -> bool:
        return self.status == HTTPStatus.GONE

    @property
    def of_all(self) -> bool:
        """Whether another message would fare no better now."""
        return self.status is None or self.status in OF_ALL


def post(url: str, headers: Mapping[str, str], body: bytes) -> Outcome:
    """Posts the body once. Whatever happens there is an outcome, no exception."""
    began = time.monotonic()
    with _Deadline(WHOLE_SECONDS) as deadline, HTTPSession(_config()) as session:
        # Neither a proxy nor a password file of this machine's.
        session.trust_env = False
        session.mount("https://", _Guarded(deadline, is_https_proto=True))
        session.mount("http://", _Guarded(deadline, is_https_proto=False))
        status, error, wait = None, "", None
        try:
            # The status says all: what else comes is never read.
            with session.post(url, data=body, headers=dict(headers), stream=True, allow_redirects=False) as answer:
                status, wait = answer.status_code, _retry_after(answer.headers.get("Retry-After", ""))
        except (requests.RequestException, OSError, ValueError) as failed:
            error = _word(failed)
        if deadline.over:
            # Headers that were cut off may read like whole ones.
            status, error = None, "timeout"
    return Outcome(status, error, int((time.monotonic() - began) * 1000), wait)


def _config() -> Config:
    return Config(
        ip_filter_enable=True,
        ip_filter_allow_loopback_ips=settings.WEBHOOK_LOOPBACK,
        never_redirect=True,
        default_timeout=(CONNECT_SECONDS, READ_SECONDS),
        user_agent_override="Orebook-Webhooks/1",
    )


def _word(failed: Exception) -> str:
    match failed:
        case InvalidIPAddress():
            return "address_refused"
        case requests.exceptions.SSLError():
            return "tls"
        case requests.exceptions.Timeout():
            return "timeout"
    return "unreachable"


def _retry_after(header: str) -> timedelta | None:
    """Seconds or a moment (RFC 9110 §10.2.3); whoever uses it clamps it."""
    if header.isascii() and header.isdigit():
        return timedelta(seconds=int(header[:9]))
    try:
        moment = parsedate_to_datetime(header).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return max(moment - datetime.now(UTC), timedelta())


class _Deadline:
    """Cuts the connections that it watches when the time is over, whatever they are waiting for."""

    def __init__(self, seconds: float) -> None:
        self.over = False
        self._lock = threading.Lock()
        self._watched: list[socket.socket] = []
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> "_Deadline":
        self._timer.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._timer.cancel()
        with self._lock:
            for each in self._watched:
                each.close()
            self._watched.clear()

    def watch(self, connected: socket.socket) -> None:
        # A handle of its own: TLS takes the first one over.
        with self._lock:
            self._watched.append(connected.dup())
        if self.over:
            self._cut()

    def _cut(self) -> None:
        self.over = True
        with self._lock:
            for each in self._watched:
                try:
                    each.shutdown(socket.SHUT_RDWR)
                except OSError:
                    # It ended by itself.
                    continue


class _Guarded(IPFilterAdapter):  # type: ignore[misc]  # the package carries no types
    """The library's adapter, held to this house's rule of addresses and to a deadline."""

    def __init__(self, deadline: _Deadline, *, is_https_proto: bool) -> None:
        self._deadline = deadline
        self._plain = not is_https_proto
        super().__init__(is_https_proto=is_https_proto, allow_loopback=settings.WEBHOOK_LOOPBACK)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        deadline = self._deadline

        class Plain(HTTPConnection):
            def _new_conn(self) -> socket.socket:
                made = super()._new_conn()
                deadline.watch(made)
                return made

        class Secure(HTTPSConnection):
            def _new_conn(self) -> socket.socket:
                made = super()._new_conn()
                deadline.watch(made)
                return made

        plain = type("PlainPool", (HTTPConnectionPool,), {"ConnectionCls": Plain})
        secure = type("SecurePool", (HTTPSConnectionPool,), {"ConnectionCls": Secure})
        self.poolmanager.pool_classes_by_scheme = {"http": plain, "https": secure}

    def build_connection_pool_key_attributes(self, request: Any, verify: Any, cert: Any = None) -> Any:
        host, pool = super().build_connection_pool_key_attributes(request, verify, cert)
        # What is asked here is the very address that is called.
        pinned = ip_address(host["host"].strip("[]"))
        if not may_be_called(pinned, plain=self._plain):
            raise InvalidIPAddress(pinned)
        return host, pool
