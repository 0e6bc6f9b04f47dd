"""What every answer tells a browser, and what is refused before anything looks at it.

It stands within Django's SecurityMiddleware, which sends people from http to https; what systems ask is not sent on, so
that a system that is set up wrongly learns of it by its first request, and not by a token that leaked.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from institutions.api.conventions.problems import Problem, plain

# Whatever else a client calls its method most pages would take for a GET. Of these each door knows its own.
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
OF_SYSTEMS = ("/api/", "/oauth/")
# Where a page of the admin and a page of one's account log out.
OVER = ("/admin/logout/", "/accounts/logout/")


class BrowserMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = _refused(request) or self.get_response(request)
        # What one asker saw stays in no cache, neither a browser's nor another's; static files say otherwise.
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if request.path in OVER and request.method == "POST":
            # Also what it kept to go back by; how pages look is no secret, and stays chosen.
            response.headers["Clear-Site-Data"] = '"cache"'
        return response


def _refused(request: HttpRequest) -> HttpResponse | None:
    of_systems = request.path.startswith(OF_SYSTEMS)
    if request.method not in METHODS:
        allowed = {"Allow": ", ".join(METHODS)}
        if of_systems:
            return plain(Problem(405, "method_not_allowed", "There is no such method here.", headers=allowed))
        return HttpResponse("There is no such method here.", status=405, headers=allowed, content_type="text/plain")
    if of_systems and settings.SECURE_SSL_REDIRECT and not request.is_secure():
        detail = "This came over http, where others can read it. Ask over https, and change what was sent: it was seen."
        return plain(Problem(403, "https_required", detail))
    return None
