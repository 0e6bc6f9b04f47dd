"""What the log-in offers beside a password."""

from allauth.socialaccount.models import SocialApp
from django import template

from institutions.admin.single_sign_on import sign_ins

register = template.Library()


@register.simple_tag
def institutions_that_sign_in() -> list[SocialApp]:
    """Those with a sign-in of their own."""
    return sign_ins()
