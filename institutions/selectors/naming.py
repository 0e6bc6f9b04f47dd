"""Rows called as their `str` calls them, in the language that is active."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from institutions.models import Membership


def membership_in_words(row: Membership) -> str:
    """'Hanok in Minerals Network: member'."""
    facts = {"institution": row.institution, "network": row.network, "status": pgettext("of a membership", row.status)}
    return _("%(institution)s in %(network)s: %(status)s") % facts
