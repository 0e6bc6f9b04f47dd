"""The page behind a mail's unsubscribe link: it shows on GET, and acts on POST alone, without a log-in (RFC 8058)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from institutions.languages import catalogue
from network.digests.unsubscribing import opened
from network.services.preferences import unsubscribe as end


# A mail program posts without a cookie; the signed token is what lets it, and it ends one list of one person.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Scanners of mail open every link: nothing changes until somebody, or the mail program, posts."""
    held = opened(token)
    if held:
        translation.activate(catalogue(held[0].language))
    if request.method == "POST":
        ended = end(token)
        return render(request, "network/unsubscribe.html", {"ended": ended}, status=200 if ended else 404)
    return render(request, "network/unsubscribe.html", {"asked": held and held[1]}, status=200 if held else 404)
