"""A person's session, for pages of the web admin: `python -m tests.benchmarks.speed.session <staff id>`."""

import os
import sys
import time
from importlib import import_module

import django


def main(person: str) -> str:
    """The key of a session in which the person is logged in."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from institutions.models import Staff
    from institutions.session_ends import BEGAN, USED

    found = Staff.objects.get(pk=person)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(found.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = found.get_session_auth_hash()
    # As a log-in has it: without, the session has ended (institutions/session_ends.py).
    session[BEGAN] = session[USED] = int(time.time())
    session.save()
    return str(session.session_key)


if __name__ == "__main__":
    print(main(sys.argv[1]))
