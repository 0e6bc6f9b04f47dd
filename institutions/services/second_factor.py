"""Whether a person has to set up a second factor before anything else."""

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings

from institutions.models import Staff

# Recovery codes alone are no factor: they only stand in for one.
FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def lacks_second_factor(person: Staff) -> bool:
    """True where second factors are forced and this person has none yet. In a sandbox they are forced of whoever is no
    fictional person: a real registry that calls itself one by mistake lets nobody in by a password alone."""
    forced = settings.SECOND_FACTOR_FORCED or (settings.SANDBOX and not person.demo)
    return forced and not is_mfa_enabled(person, types=FACTORS)
