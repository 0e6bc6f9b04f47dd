"""A person's session: it goes on under a new id when they are asked again who they are, and ends by itself, an hour
after it was last used and twelve hours after the log-in.

Of NIST SP 800-63B for two factors: a day at most, an hour without use.
"""

import logging
import time
from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.signals import authentication_step_completed
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.contrib.sessions.backends.base import SessionBase
from django.db import InterfaceError, OperationalError
from django.dispatch import receiver
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from institutions.isolation.middleware import OUTSIDE, unavailable

BEGAN, USED = "began", "used"
# So often is written down that a session is in use: each request would cost a write.
NOTED_EACH = 300


log = logging.getLogger("orebook.log_in")


@receiver(user_logged_in)
def begins(request: HttpRequest, user: AbstractBaseUser, **_: Any) -> None:
    """The session that a log-in of whatever kind made."""
    request.session[BEGAN] = request.session[USED] = int(time.time())
    ways = [each.get("type") or each["method"] for each in request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])]
    log.info("person:%s logged in by %s", user.pk, " and ".join(ways) or "nothing that was asked")


@receiver(authentication_step_completed)
def is_renewed(request: HttpRequest, reauthenticated: bool = False, **_: Any) -> None:
    """Who is asked again goes on under a new id: one that somebody else has of before opens nothing from then on."""
    if not reauthenticated:
        return
    before = request.session.session_key
    request.session.cycle_key()
    # The list of one's sessions goes by that id.
    UserSession.objects.filter(session_key=before).update(session_key=request.session.session_key)


@receiver(user_logged_out)
def ends(user: AbstractBaseUser | None, **_: Any) -> None:
    """By the person itself; what ends by its age is nobody's act."""
    if user:
        log.info("person:%s logged out", user.pk)


class SessionEndMiddleware:
    """Ends what is too old before anybody is recognised by it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path not in OUTSIDE:
            try:
                _end_if_old(request.session)
            except (OperationalError, InterfaceError):
                return unavailable(request)
        return self.get_response(request)


def _end_if_old(session: SessionBase) -> None:
    if SESSION_KEY not in session:
        return
    now = int(time.time())
    # One of which it is not known when it began is too old.
    age, idle = now - session.get(BEGAN, 0), now - session.get(USED, 0)
    if age > settings.SESSION_COOKIE_AGE or idle > settings.SESSION_IDLE_SECONDS:
        session.flush()
    elif idle >= NOTED_EACH:
        session[USED] = now
