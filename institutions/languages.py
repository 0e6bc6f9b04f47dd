"""The languages that people read: which there are, and how a page or a mail comes to be in one."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Protocol

from django.db import models
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone, translation


class Language(models.TextChoices):
    """Each called as its own readers call it."""

    EN = "en", "English"
    FR = "fr", "Français"
    JA = "ja", "日本語"
    KO = "ko", "한국어"


# British English puts days before months, as the other languages' readers expect of an English page.
USUAL = "en-gb"
_CATALOGUES = {Language.EN: USUAL}


def catalogue(language: str) -> str:
    """What Django calls that language."""
    known = Language(language)
    return _CATALOGUES.get(known, known.value)


def speaking(language: str) -> AbstractContextManager[None]:
    """What is made inside is in that language."""
    return translation.override(catalogue(language))


class Said(Protocol):
    """A refusal, or anything else that is wrong: a sentence with names in braces, and what fills them."""

    @property
    def says(self) -> str: ...

    @property
    def facts(self) -> Mapping[str, object]: ...


def in_words(refusal: Said) -> str:
    """What was refused and what to do, in the language that is active; the API says it in English."""
    words, sense = getattr(refusal, "spoken", ()), getattr(refusal, "sense", "")
    facts = {name: _word(str(fact), sense) if name in words else fact for name, fact in refusal.facts.items()}
    return translation.gettext(refusal.says).format(**facts)


def _word(said: str, sense: str) -> str:
    return translation.pgettext(sense, said) if sense else translation.gettext(said)


def spoken() -> Language:
    """The one that is active."""
    return next((known for known in Language if catalogue(known) == translation.get_language()), Language.EN)


class LanguageMiddleware:
    """Pages are in English until it is known who reads them (OrebookSite.admin_view).

    A browser's language is not asked: the same page would be half in it, and half in ours.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with translation.override(USUAL), timezone.override(None):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or USUAL)
            return response
