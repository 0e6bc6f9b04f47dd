from django import forms

from deals.admin.forms import LEVELS, choice, day, line


class ConfirmationForm(forms.Form):
    """An institution's word that what is published of it is right."""

    as_of = day("As of", hint="Today, unless you give an earlier day.")
    level = choice("Who is told", LEVELS, hint="Beyond the lead, an approver confirms first.")
    note = line("Note", longest=300, hint="Told as far as the confirmation.")
