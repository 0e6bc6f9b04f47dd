"""Answers are the same text as REST framework's own renderer writes."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.renderers import JSONRenderer

from institutions.api.conventions.rendering import Renderer

SAMPLES = [
    {"at": datetime(2026, 11, 29, 12, 0, 0, 5000, tzinfo=UTC), "on": date(2026, 11, 29)},
    {"id": UUID(int=7), "none": None, "yes": True},
    {"text": "銅 “x” </script>", "lazy": gettext_lazy("Deal"), "list": [1, 2.5, ("a", "b")]},
    {},
    [],
    None,
]


@pytest.mark.parametrize("sample", SAMPLES)
def test_as_the_usual_renderer(sample: object) -> None:
    usual, ours = JSONRenderer().render(sample), Renderer().render(sample)
    assert (json.loads(usual) if usual else b"") == (json.loads(ours) if ours else b"")
    assert ours == usual


def test_a_decimal_is_never_a_float() -> None:
    # The usual renderer makes one of it.
    assert Renderer().render({"amount": Decimal("0.10")}) == b'{"amount":"0.10"}'


def test_indented_for_whoever_asks() -> None:
    assert Renderer().render({"a": 1}, "application/json; indent=2") == b'{\n  "a": 1\n}'


PLAIN = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text()


@given(st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_any_text_is_read_back(sample: object) -> None:
    assert json.loads(Renderer().render({"x": sample})) == {"x": sample}
