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
    if held is None:
        return render(request, "network/unsubscribe.html", status=404)
    person, mails = held
    translation.activate(catalogue(person.language))
    if request.method == "POST":
        end(person, mails)
        return render(request, "network/unsubscribe.html", {"ended": mails})
    return render(request, "network/unsubscribe.html", {"asked": mails})
