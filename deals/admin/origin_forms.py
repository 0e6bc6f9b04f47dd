from django import forms
from django.utils.translation import gettext_lazy as later

from deals.admin.forms import LEVELS, choice, day, line


class ConfirmationForm(forms.Form):
    """An institution's word that what is published of it is right."""

    as_of = day(later("As of"), hint=later("Today, unless you give an earlier day."))
    level = choice(later("Who is told"), LEVELS, hint=later("Beyond the lead, an approver confirms first."))
    note = line(later("Note"), longest=300, hint=later("Told as far as the confirmation."))
