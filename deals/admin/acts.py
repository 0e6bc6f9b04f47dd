"""What an officer does with one of its own commitments by a form on that commitment's page."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as later

from deals.admin.commitments import commitment_page
from deals.admin.forms import put_refusal
from deals.admin.moves import own_commitment
from deals.models import Commitment
from institutions.admin.site import person
from institutions.models import Staff
from institutions.refusals import Refusal

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

WAITS = later("It waits for an approver of your institution; until then nothing changes.")


def by_form(
    request: HttpRequest,
    commitment_id: UUID,
    name: str,
    kind: Callable[..., Form],
    act: "Callable[[Staff, Commitment, dict[str, Any]], StrOrPromise]",
) -> HttpResponseBase:
    """Does what the form asks; a refusal comes back at its field, the form as it was filled in."""
    commitment = own_commitment(request, commitment_id)
    if request.method != "POST":
        return redirect("admin:deals_commitment_change", commitment.pk)
    form = kind(request.POST, prefix=name, commitment=commitment)
    if form.is_valid():
        try:
            said = act(person(request), commitment, dict(form.cleaned_data))
        except Refusal as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, str(said))
            return redirect("admin:deals_commitment_change", commitment.pk)
    return commitment_page(request, commitment, refused={name: form})
