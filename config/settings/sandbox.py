"""The sandbox (ORE_ENV=sandbox): a registry of fictional people, for those who build partner systems.

It is read last: it says what is different from the real one.
"""

from config.settings.base import DEMO, SANDBOX
from config.settings.mail import EMAIL_BACKEND
from config.settings.observing import MIDDLEWARE

# Everybody in it is fictional, their password is known, and no second factor of theirs is anybody's.
FICTIONAL = DEMO or SANDBOX
SECOND_FACTOR_FORCED = not FICTIONAL
if SANDBOX:
    MIDDLEWARE.insert(0, "config.sandbox.marking.SandboxMiddleware")
    # Nobody outside gets mail of a deal that there is not, whatever server the environment names.
    EMAIL_BACKEND = "network.digests.capture.EmlBackend"
