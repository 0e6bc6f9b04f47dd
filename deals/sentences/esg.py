"""The partnership's six principles, and how one is found kept, in the language that is active."""

from django.utils.functional import lazy
from django.utils.translation import gettext as _

from deals.models.esg import Principle, Screened


def principle(code: str) -> str:
    """As the Minerals Security Partnership words them, shortened (statement of February 2023)."""
    return {
        Principle.ENVIRONMENT: _("stewardship of the natural environment"),
        Principle.LAND: _("consultative and participatory access to land"),
        Principle.CONSULTATION: _("meaningful, ongoing consultation with communities"),
        Principle.WORK: _("safe, fair, inclusive and ethical conditions in community and workplace"),
        Principle.BENEFIT: _("economic benefit for workers and local communities"),
        Principle.BUSINESS: _("transparent and ethical business operations"),
    }[Principle(code)]


def outcome(code: str) -> str:
    """How a principle is kept."""
    return {
        Screened.MET: _("kept"),
        Screened.PARTLY_MET: _("kept in part"),
        Screened.NOT_MET: _("not kept"),
    }[Screened(code)]


# Said in the language of whoever looks, where a form is put together before that.
later_principle, later_outcome = lazy(principle, str), lazy(outcome, str)
