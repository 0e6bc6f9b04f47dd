"""`manage.py build_words` (`make words`): gathers what is to be translated, and compiles the catalogues."""

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract, extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.apps import apps
from django.conf import settings
from django.contrib.admin import autodiscover
from django.core.management.base import BaseCommand
from django.utils.translation.template import templatize

from deals.selectors.naming import TOLD_ON_PAGES, TOLD_TABLES
from deals.sentences.codes import spoken_codes, spoken_instruments
from deals.sentences.page_codes import condition_kinds, kept_sentences, next_steps, page_codes, refusals_of_the_pure
from deals.sentences.room_codes import room_codes
from institutions.admin.filters import words_of_lists
from institutions.admin.site import site
from institutions.constraints import sentences_of_rules
from institutions.journal.naming import type_of
from institutions.languages import Language
from institutions.services.rows import confidential
from institutions.spoken import of_memberships
from institutions.spoken import spoken_here as of_institutions
from network.spoken import spoken_here as of_network

LOCALE: Path = settings.LOCALE_PATHS[0]
OURS = ("config", "institutions", "deals", "network")
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "later": None,
    "pgettext_lazy": ((1, "c"), 2),
    # Errors of what knows no framework say their sentences in English, and pages say them again.
    "MoneyError": (3,),
    "Unread": (2,),
    # What somebody may not do, as a refusal says it.
    "must": (3,),
    "_addressed": (3,),
    "_begin": (3,),
}
# Words of unfold's frame, which brings no translations; it stands around every page.
FRAME = (
    "Search apps and models...", "Light", "Dark", "System", "Log out", "Change password", "Type to search", "Filters",
    "Clear all filters", " By %(filter_title)s ",
)  # fmt: skip
# What is compiled says the same whenever it is compiled.
MADE = datetime(2026, 1, 1, tzinfo=UTC)


class Command(BaseCommand):
    help = "Gather what is to be translated into the catalogues, and compile them."

    def handle(self, *args: Any, **options: Any) -> None:
        messages = gathered()
        for language in translated():
            catalogue = brought_up(language, messages)
            source(language).parent.mkdir(parents=True, exist_ok=True)
            source(language).write_bytes(written(catalogue))
            source(language).with_suffix(".mo").write_bytes(compiled(catalogue))
            missing = sum(1 for message in catalogue if message.id and not message.string)
            self.stdout.write(f"{language}: {len(catalogue)} messages, {missing} to be translated")


def translated() -> list[Language]:
    """English is what stands in the code."""
    return [language for language in Language if language is not Language.EN]


def source(language: Language) -> Path:
    return LOCALE / language.value / "LC_MESSAGES" / "django.po"


def gathered() -> Catalog:
    """Every message of the code, the templates and the lists."""
    found = Catalog()
    for app in OURS:
        folder = settings.BASE_DIR / app
        for path in sorted([*folder.rglob("*.py"), *folder.rglob("*.html"), *folder.rglob("*.txt")]):
            method: Any = "python" if path.suffix == ".py" else _of_template
            with path.open("rb") as file:
                for _, message, _, context in extract(method, file, KEYWORDS):
                    found.add(message, context=context)
    kept = kept_sentences() | refusals_of_the_pure() | next_steps() | sentences_of_rules()
    autodiscover()
    kept |= room_codes() | of_institutions() | of_network() | words_of_lists(site)
    for word in (*spoken_codes(_changing() | _kinds()), *page_codes(), *kept, *FRAME):
        found.add(word)
    for instrument in spoken_instruments():
        found.add(instrument, context="instrument")
    for status in of_memberships():
        found.add(status, context="of a membership")
    for kind in condition_kinds():
        found.add(kind, context="condition")
    return found


def brought_up(language: Language, messages: Catalog) -> Catalog:
    """The catalogue with what is new in it, untranslated, and without what is said no more."""
    path = source(language)
    kept = read_po(BytesIO(path.read_bytes() if path.exists() else b""), locale=language.value)
    kept.update(messages, no_fuzzy_matching=True)
    kept.obsolete.clear()
    kept.creation_date = kept.revision_date = MADE
    return kept


def written(catalogue: Catalog) -> bytes:
    """As it is committed: by message, without the places where each is said, which change with every edit."""
    file = BytesIO()
    write_po(file, catalogue, width=120, no_location=True, omit_header=True, sort_output=True, ignore_obsolete=True)
    return file.getvalue()


def compiled(catalogue: Catalog) -> bytes:
    """As Django reads it."""
    file = BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


def _of_template(file: Any, keywords: Any, comment_tags: Any, options: Any) -> Iterator[Any]:
    """A template's messages, by Django's own reading of it; how its lines are indented is no Python."""
    code = "\n".join(line.lstrip() for line in templatize(file.read().decode()).splitlines())
    return extract_python(BytesIO(code.encode()), keywords, comment_tags, options)


def _kinds() -> set[str]:
    """What each kind of row is, whose audience has a page."""
    return {type_of(table) for table in confidential()}


def _changing() -> set[str]:
    """The fields of what is told, whose change may be told by their name."""
    told = [model for model in apps.get_models() if model._meta.db_table in (*TOLD_TABLES, *TOLD_ON_PAGES)]
    return {field.attname for model in told for field in model._meta.concrete_fields}
