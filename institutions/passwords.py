"""What no password may be made of, beside what Django's own validators refuse."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from institutions.models import Staff

# Whoever guesses at accounts of this registry begins with these.
WORDS = ("orebook", "minerals", "critical minerals", "registry")
SHORTEST_WORD, SHORTEST_LEFT = 4, 8


class NotOfItsPlace:
    """Refuses a password that is the registry's or the institution's name with little around it."""

    def validate(self, password: str, user: object = None) -> None:
        words = [*WORDS]
        if isinstance(user, Staff):
            words += [user.institution.slug, user.institution.short_name, user.institution.name, user.name]
        left = password.lower()
        for word in sorted({word.lower() for word in words if len(word) >= SHORTEST_WORD}, key=len, reverse=True):
            left = left.replace(word, "")
        # What is left without the words is what somebody has to guess.
        if len(left) < len(password) and len(left) < SHORTEST_LEFT:
            raise ValidationError(
                _("It is made of names that anybody would try first. Add words of your own."), code="of_its_place"
            )

    def get_help_text(self) -> str:
        return _("It is not made of your institution's, the registry's or your own name.")


class NotTooLong:
    """Longer ones take longer to hash, and nobody remembers them."""

    longest = 128

    def validate(self, password: str, user: Any = None) -> None:
        if len(password) > self.longest:
            raise ValidationError(
                _("It is longer than %(most)s characters.") % {"most": self.longest}, code="password_too_long"
            )

    def get_help_text(self) -> str:
        return _("It has at most %(most)s characters, of any kind.") % {"most": self.longest}
