"""/status: how the registry fares, for everybody, without log-in and without its database.

A word for each part and no figure: how much is told, late or waiting would tell how busy others are.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from config import health
from config.sandbox.marking import is_closed
from config.sandbox.nights import next_night


@dataclass(frozen=True)
class Part:
    """What people use, how it fares (`ok`, `waits`, `away`), and a sentence about it."""

    code: str
    name: str
    state: str
    says: str


@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """A page, or the same as JSON to who asks for that; 200 whatever it says, so that it is shown."""
    words = health.readiness()
    parts = _parts(words)
    at = timezone.now().replace(microsecond=0)
    facts: dict[str, Any] = {
        "environment": settings.ENVIRONMENT,
        "state": words["state"],
        "notice": settings.STATUS_NOTICE,
        "at": at,
        "next_reset_at": next_night(at) if settings.SANDBOX_IS_RESET else None,
    }
    if request.accepts("text/html"):
        shown = format_html('<time datetime="{}">{}</time>', at.isoformat(), f"{at:%Y-%m-%d %H:%M:%S}")
        told = {"parts": parts, "says": _whole(words["state"]), "shown": shown}
        answer = render(request, "status.html", facts | told)
    else:
        answer = JsonResponse(facts | {"parts": {part.code: part.state for part in parts}})
    answer["Cache-Control"] = "no-store"
    answer["Vary"] = "Accept"
    return answer


def _whole(state: str) -> str:
    return {
        "ready": _("Everything works."),
        "degraded": _("Everything is read and written; something follows later."),
        "not ready": _("The registry is away. Nothing that was confirmed is lost; try again in some minutes."),
    }[state]


def _parts(words: dict[str, str]) -> list[Part]:
    serves = words["state"] != "not ready" and not (settings.SANDBOX and is_closed())
    registry = _("Reading and writing, in the web admin and over REST.")
    mail = _("Mail and webhooks go out.")
    waiting = _("Mail and webhooks wait, and go out when it is back: nothing of them is lost.")
    sealed = _("Each hour is sealed when it is over.")
    late = _("Events are recorded; the last hours are not sealed yet.")
    told, log = words.get("broker", "down") == "ok", words.get("seal", "late") == "ok"
    return [
        Part("registry", _("Registry"), "ok" if serves else "away", registry),
        Part("telling", _("Mail and webhooks"), "ok" if told else "waits", mail if told else waiting),
        Part("log", _("The sealed log"), "ok" if log else "waits", sealed if log else late),
    ]
