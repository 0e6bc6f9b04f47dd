"""Days as they are said, in the language that is active."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _


def day_in_words(on: date, precision: str = "day") -> str:
    """'29 Nov 2026', '2026年11月29日'; the month or the year where no more is known."""
    if precision == "year":
        return date_format(on, _("Y"))
    return date_format(on, _("M Y") if precision == "month" else "DATE_FORMAT")
