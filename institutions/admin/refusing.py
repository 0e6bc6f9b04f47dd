"""What the database refuses on a page that did not foresee it: a refusal, which its form shows like any other."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.forms import Form
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from institutions.constraints import is_down, refusal_of
from institutions.languages import in_words
from institutions.refusals import Refusal

_FOR_SYSTEMS = re.compile(r"(?: \(|（)(?:[a-z_, ]+|(?:GET|POST|PATCH) [^)）]*)[)）]")
# What a form carries for itself, not for a reader.
_HIDDEN = ("csrfmiddlewaretoken", "seen", "warned")


def in_plain_words(text: str) -> str:
    """A next step without an API's fields and addresses: a page shows the forms themselves."""
    return _FOR_SYSTEMS.sub("", text)


def put_refusal(form: Form, refusal: Refusal) -> None:
    """Says what a service refused beside the field that it concerns, or above all where the form has no such field."""
    name = refusal.pointer.strip("/")
    form.add_error(name if name in form.fields else None, in_words(refusal))


def act(view: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """Carries out what a page was sent, and shows it. Raises the Refusal that no form of it took up: nothing stays."""
    with transaction.atomic(), _in_words():
        response = view()
        if isinstance(response, SimpleTemplateResponse):
            response.render()
        # What is looked at when a transaction ends would otherwise be refused when the page is finished.
        connection.check_constraints()
    return response


@contextmanager
def _in_words() -> Iterator[None]:
    """Raises refusals in the place of broken rules: the service takes back what it did, and the form shows them."""

    said: list[Refusal] = []

    def run(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        try:
            return execute(sql, params, many, context)
        except DatabaseError as error:
            if said and _goes_on_broken(error):
                raise said[-1] from error
            refusal = None if is_down(error) else refusal_of(error)
            if refusal is None:
                raise
            said.append(refusal)
            raise refusal from error

    with connection.execute_wrapper(run):
        yield


def _goes_on_broken(error: DatabaseError) -> bool:
    """Whether it is a later question, where nothing was taken back: what was refused first is what counts."""
    return isinstance(error, TransactionManagementError) or getattr(error.__cause__, "sqlstate", "") == "25P02"


def facts_of(request: HttpRequest, refusal: Refusal) -> dict[str, object]:
    """What a page shows of a refusal that belongs to no form: the sentence, all that was typed, and the way back."""
    typed = [
        (_(name.replace("-", " ").replace("_", " ").strip()), value)
        for name, values in request.POST.lists()
        for value in values
        if isinstance(value, str) and value and name.split("-")[-1] not in _HIDDEN
    ]
    back = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        back = ""
    return {"says": in_plain_words(in_words(refusal)), "typed": typed, "back": back}
