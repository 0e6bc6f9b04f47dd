"""Forms that edit what stands: whoever sends one that is old overwrites nothing unseen."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django import forms
from django.forms import Field
from django.utils.translation import gettext as _


class BothVersions(forms.Form):
    """What was changed by others since the page was opened is taken over where its sender left it as it was, and put
    beside what was typed where both changed it; sent once more, what was typed counts.

    Call `compare` at the end of `__init__`, when `initial` is what stands now.
    """

    # What to say at a field, where both changed it.
    both: Mapping[str, str] = MappingProxyType({})

    def compare(self) -> None:
        """Each field carries what it showed (Django's hidden initial value)."""
        for field in self.fields.values():
            field.show_hidden_initial = True
        if not self.is_bound:
            return
        given: Any = self.data
        sent = given.copy()
        both: dict[str, str] = {}
        for name, field in self.fields.items():
            shown = sent.get(self.add_initial_prefix(name))
            now, typed = _text(field, self.get_initial_for_field(field, name)), sent.get(self.add_prefix(name), "")
            if shown is None or shown == now or typed == now:
                continue
            if typed == shown:
                sent[self.add_prefix(name)] = now
                sent[self.add_initial_prefix(name)] = now
            else:
                says = _(
                    "It was changed since you opened the page: it was '%(before)s' and is now '%(now)s'. You typed "
                    "'%(typed)s'. Send it again to have yours, or type what shall stand."
                )
                both[name] = says % {
                    "before": _said(field, shown),
                    "now": _said(field, now),
                    "typed": _said(field, typed),
                }
                sent[self.add_initial_prefix(name)] = now
        self.data, self.both = sent, both

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for name, says in self.both.items():
            self.add_error(name, says)
        return given


def _text(field: Field, value: Any) -> str:
    prepared = field.prepare_value(value)
    return "" if prepared is None else str(prepared)


def _said(field: Field, text: str) -> str:
    """As a list that drops down says it; nothing as nothing."""
    for value, label in getattr(field, "choices", ()):
        if str(value) == text:
            return str(label)
    return text or _("nothing")
