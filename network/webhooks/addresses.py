"""Where a webhook may go: by https to the public internet, and nowhere else.

Asked when an address is saved, of all that its name leads to; and again of the one that is called (sending.py).
"""

import re
import socket
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from institutions.refusals import Refusal

LONGEST = 500
RESOLVE_SECONDS = 5
_VISIBLE = re.compile(r"[\x21-\x7e]+")
_NAME = re.compile(
    r"(?=.{1,253}\.?$)([A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?)(\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?)*\.?"
)
# A last part like these makes old resolvers read all of it as a number: 2130706433, 0x7f.1, 127.1.
_NUMBER = re.compile(r"[0-9]+|0[xX][0-9A-Fa-f]*")
# What IPv6 holds of the internet; tunnels and translations to IPv4 are elsewhere or refused one by one.
_IPV6_INTERNET = ip_network("2000::/3")
_REFUSED = tuple(ip_network(net) for net in ("192.88.99.0/24", "2002::/16", "2001::/23", "3fff::/20"))

Address = IPv4Address | IPv6Address


class AddressNotAllowed(Refusal):
    code = "address_not_allowed"
    says = gettext_noop("{why}. Give an https:// address of a receiver on the public internet.")


def check(url: str) -> None:
    """Refuses what no webhook may be sent to; asks the name server. Raises AddressNotAllowed.

    A name that leads inside and one that leads nowhere are refused in the same words: nobody maps a network by it.
    """
    parts = _parts(url)
    host = parts.hostname or ""
    found = _resolved(host, parts.port or (443 if parts.scheme == "https" else 80))
    if not found or not all(may_be_called(each, plain=parts.scheme == "http") for each in found):
        raise AddressNotAllowed(why=_("The address leads to no place on the public internet"), pointer="/url")


def may_be_called(address: Address, *, plain: bool = False) -> bool:
    """Whether a receiver may be there; `plain`, without TLS, only on this machine and where a setting lets it."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    address = mapped or address
    if settings.WEBHOOK_LOOPBACK and address.is_loopback:
        return True
    return not plain and _is_public(address)


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv6Address) and address not in _IPV6_INTERNET:
        return False
    return address.is_global and not address.is_multicast and not any(address in net for net in _REFUSED)


def _parts(url: str) -> SplitResult:
    """The address's parts, where it is written so that everybody reads it the same."""
    if len(url) > LONGEST:
        raise AddressNotAllowed(why=_("The address is longer than %(most)s signs") % {"most": LONGEST}, pointer="/url")
    if not _VISIBLE.fullmatch(url) or "\\" in url:
        raise AddressNotAllowed(
            why=_("The address holds signs that are read differently by different systems"), pointer="/url"
        )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise AddressNotAllowed(why=_("This is no web address"), pointer="/url") from None
    schemes = ("https", "http") if settings.WEBHOOK_LOOPBACK else ("https",)
    if parts.scheme not in schemes or not parts.hostname or port == 0:
        raise AddressNotAllowed(why=_("This is no address of that kind"), pointer="/url")
    if "@" in parts.netloc or "#" in url:
        raise AddressNotAllowed(why=_("The address holds a user, a password or a fragment"), pointer="/url")
    if not _written_once(parts.hostname):
        raise AddressNotAllowed(
            why=_("The host is no name, and no IP address as it is usually written"), pointer="/url"
        )
    return parts


def _written_once(host: str) -> bool:
    try:
        return str(ip_address(host)) == host
    except ValueError:
        last = host.rstrip(".").rpartition(".")[2]
        return bool(_NAME.fullmatch(host)) and not _NUMBER.fullmatch(last)


def _resolved(host: str, port: int) -> list[Address]:
    """All addresses of a name; none where it has none, or nobody says so in time."""
    pool = ThreadPoolExecutor(1)
    try:
        asked = pool.submit(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
        return [ip_address(str(found[4][0]).partition("%")[0]) for found in asked.result(RESOLVE_SECONDS)]
    except (OSError, UnicodeError, TookTooLong):
        return []
    finally:
        pool.shutdown(wait=False)
