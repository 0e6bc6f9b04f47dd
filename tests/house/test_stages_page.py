"""The reference page of stages is what the tables say."""

from pathlib import Path

from deals.lifecycle.telling import page

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "reference" / "stages.md"


def test_the_page_of_stages_is_current() -> None:
    assert PAGE.read_text() == page(), "Run: manage.py stages"
