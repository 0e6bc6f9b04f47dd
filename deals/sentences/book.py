"""What is told of the book, in sentences."""

from collections.abc import Callable

from deals.sentences.making import Said, Told
from deals.sentences.words import given


def _book_line(told: Told) -> Said:
    """The addressee's own line, with its figure or that there is none."""
    after = told.after
    head = f"{told.owner()} told {told.by()} the book status"
    if after.get("share") is None:
        return Said(head, ("withheld",))
    return Said(head, given(f"others cover at least {after['share']} % of the target", f"as of {after['as_of']}"))


MAKERS: dict[str, Callable[[Told], Said]] = {"deals_bookline": _book_line}
