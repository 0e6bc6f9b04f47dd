"""The page of rates: how current they are, and what one euro was worth on a day."""

from django import forms
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from deals.admin.forms import day
from deals.selectors.rates import day_of_rates, rates_state
from institutions.admin.site import site


class DayForm(forms.Form):
    """Which day's rates to show."""

    on = day(later("Rates of"))


@site.page("rates/", name="rates")
def rates(request: HttpRequest) -> HttpResponseBase:
    """The newest rates, or those that hold on the day that was asked for."""
    state = rates_state()
    form = DayForm(request.GET if "on" in request.GET else None)
    asked = form.cleaned_data["on"] if form.is_valid() else None
    shown = day_of_rates(asked or state.last or timezone.now().date())
    plain = [(quote, f"{rate.normalize():f}") for quote, rate in shown.rates]
    facts = {"state": state, "form": form, "day": shown, "rates": plain}
    return site.show(request, "admin/rates.html", facts, title=_("Rates"))
