"""Every address that is served, read from the URL configuration: a new route is crawled without anybody's doing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from institutions.api.conventions.doors import Door
from institutions.api.conventions.resources import ListView, Resource

_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
_PLACED = re.compile(r"([\w-]+)/<(?:(\w+):)?(\w+)>")

# Addresses that take something else than ids: what is put there. Each `None` is a place that is no page of its own.
FILLED: dict[str, dict[str, str]] = {
    "admin/deals/deal/<uuid:deal_id>/keep/<slug:act>/": {"act": "tell"},
    "admin/deals/project/<uuid:project_id>/answer/<slug:code>/": {"code": "no_chain_stage"},
    "admin/deals/deal/<uuid:deal_id>/answer/<slug:code>/": {"code": "no_target"},
    "admin/people/<uuid:key>/<slug:act>/": {"act": "sessions"},
    "admin/contacts/<slug:kind>/": {"kind": "duty"},
    "accounts/2fa/webauthn/keys/<int:pk>/remove/": {"pk": "1"},
    "accounts/2fa/webauthn/keys/<int:pk>/edit/": {"pk": "1"},
    "mail/stop/<str:token>/": {"token": "x"},
    "accounts/signup/<path:rest>": {"rest": "x"},
    "accounts/email/<path:rest>": {"rest": "x"},
    "accounts/confirm-email/<path:rest>": {"rest": "x"},
    "accounts/password/reset/<path:rest>": {"rest": "x"},
    "accounts/password/set/<path:rest>": {"rest": "x"},
    "accounts/3rdparty/<path:rest>": {"rest": "x"},
    "accounts/social/<path:rest>": {"rest": "x"},
    "accounts/welcome/<str:token>/": {"token": "x"},
    "accounts/oidc/<str:provider_id>/login/": {"provider_id": "hanok"},
    "accounts/oidc/<str:provider_id>/login/callback/": {"provider_id": "hanok"},
}
# What is put wherever a place is called so: the name that an object has in a partner's own systems (settled.py).
NAMED = {"scheme": "loans", "value": "L-77"}
# Addresses that are expressions, and an example of each.
EXAMPLES: dict[str, str] = {
    r"admin/^(?P<app_label>institutions|deals)/$": "admin/deals/",
    r"admin/(?P<url>.*)$": "admin/nowhere/at/all",
    r"accounts/^confirm-email/(?P<key>[-:\w]+)/$": "accounts/confirm-email/x/",
    r"accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": "accounts/password/reset/key/1-x/",
    r"accounts/oidc/^(?P<provider_id>[^/]+)/login/": "accounts/oidc/hanok/login/",
    r"accounts/oidc/^(?P<provider_id>[^/]+)/login/callback/": "accounts/oidc/hanok/login/callback/",
    r"^oauth/token/?$": "oauth/token",
    r"api/v1/": "api/v1/nothing-of-the-kind",
    r"^(api|oauth)(/|$)": "api/nothing",
}
# It ends the session of whoever crawls, which tells nothing and stops the crawl.
ENDS_THE_SESSION = frozenset({"admin/logout/", "accounts/logout/"})


@dataclass(frozen=True)
class Route:
    """An address with places in it, such as `api/v1/deals/<str:key>`, and what answers there."""

    pattern: str
    view: Any

    @property
    def places(self) -> list[str]:
        """The names of what stands in the address."""
        return [] if self.pattern in EXAMPLES else _PARAMETER.findall(self.pattern)

    @property
    def kinds(self) -> dict[str, str]:
        """What each place holds an id of, as the address calls it before: `deals/<str:key>` a deal."""
        held = {}
        for before, kind, place in _PLACED.findall(self.pattern) if self.places else ():
            if place not in NAMED and kind != "slug" and kind != "path" and kind != "int":
                held[place] = place.removesuffix("_id") if place.endswith("_id") else before.removesuffix("s")
                if held[place] == "object":
                    held[place] = before
        return held

    @property
    def door(self) -> type[Door] | None:
        """The API's view, None for a page."""
        found = getattr(self.view, "view_class", None) or getattr(self.view, "cls", None)
        return found if isinstance(found, type) and issubclass(found, Door) else None

    @property
    def resource(self) -> Resource | None:
        return getattr(self.door, "resource", None)

    @property
    def is_list(self) -> bool:
        return self.door is not None and issubclass(self.door, ListView)

    @property
    def is_file(self) -> bool:
        """Whether a whole list is sent there."""
        return getattr(self.door, "whole_list", False)

    def address(self, **ids: str) -> str:
        """With its places filled."""
        if self.pattern in EXAMPLES:
            return f"/{EXAMPLES[self.pattern]}"
        given = NAMED | FILLED.get(self.pattern, {}) | ids
        return "/" + _PARAMETER.sub(lambda place: given[place[1]], self.pattern)


def routes() -> list[Route]:
    """Each served address once, in the order in which they are tried."""
    found: dict[str, Route] = {}
    for pattern, view in _walk(get_resolver()):
        found.setdefault(pattern, Route(pattern, view))
    return list(found.values())


def _walk(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, Any]]:
    for pattern in resolver.url_patterns:
        whole = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern, whole)
        elif isinstance(pattern, URLPattern):
            yield whole, pattern.callback


def unplaced() -> list[str]:
    """Routes that the crawl has no place for: an expression without an example, a place that holds no id."""
    lost = []
    for route in routes():
        expression = re.search(r"[\^$(?\\]", route.pattern) is not None
        if expression and route.pattern not in EXAMPLES:
            lost.append(route.pattern)
        odd = re.findall(r"<(int|path|slug):(\w+)>", "" if route.pattern in EXAMPLES else route.pattern)
        if any(name not in FILLED.get(route.pattern, {}) for _, name in odd):
            lost.append(route.pattern)
    return lost
