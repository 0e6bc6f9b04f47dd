"""The web admin's site: one log-in in front of every page, and pages that the applications add to it."""

from collections.abc import Callable, Mapping
from functools import update_wrapper
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME, SESSION_KEY
from django.contrib.auth import logout as log_out
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from unfold.sites import UnfoldAdminSite

from institutions.admin.refusing import act, facts_of
from institutions.languages import catalogue
from institutions.models import Staff
from institutions.refusals import Refusal
from institutions.services.second_factor import lacks_second_factor

V = TypeVar("V", bound=Callable[..., HttpResponseBase])

# Django's door to any row by its type and number: it would tell of staff, whom no policy hides.
CLOSED = frozenset({"view_on_site", "autocomplete"})


class OrebookSite(UnfoldAdminSite):  # type: ignore[misc]  # unfold ships no types
    """Where every page of the web admin hangs; log-in and second factor stand in front of all of them."""

    index_title = later("Desk")
    index_template = "admin/desk.html"

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self._pages: list[tuple[str, str, Callable[..., HttpResponseBase]]] = []

    def page(self, route: str, name: str) -> Callable[[V], V]:
        """Adds a view under the site's own address; only people who are logged in reach it."""

        def add(view: V) -> V:
            self._pages.append((route, name, view))
            return view

        return add

    def get_urls(self) -> list[URLPattern]:
        pages = [path(route, self.admin_view(view), name=name) for route, name, view in self._pages]
        return pages + [url for url in super().get_urls() if getattr(url, "name", None) not in CLOSED]

    def admin_view(
        self, view: Callable[..., HttpResponseBase], cacheable: bool = False
    ) -> Callable[..., HttpResponseBase]:
        logged_in = super().admin_view(view, cacheable)

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if isinstance(request.user, Staff):
                # Until the answer is made (LanguageMiddleware): a template is filled in after its view returned.
                timezone.activate(ZoneInfo(request.user.time_zone))
                translation.activate(catalogue(request.user.language))
            if request.user.is_authenticated and lacks_second_factor(request.user):
                messages.info(request, _("Set up a second factor first: nobody gets in with a password alone."))
                return redirect("mfa_activate_totp")
            if request.method != "POST":
                asked: HttpResponseBase = logged_in(request, *args, **kwargs)
                return asked
            try:
                return act(lambda: logged_in(request, *args, **kwargs))
            except Refusal as refusal:
                facts = facts_of(request, refusal)
                return self.show(request, "admin/refused.html", facts, title=_("Not done"), status=refusal.status)

        return update_wrapper(guarded, view)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is one log-in, allauth's: whoever comes here is sent there, and then to where they wanted to go."""
        after = request.GET.get(REDIRECT_FIELD_NAME, "")
        if not url_has_allowed_host_and_scheme(after, allowed_hosts={request.get_host()}):
            after = reverse("admin:index")
        if request.user.is_authenticated:
            return redirect(after)
        if SESSION_KEY in request.session:
            # What is left of a suspended person's session must not come back to life with the account.
            request.session.flush()
        return redirect(f"{reverse('account_login')}?{urlencode({REDIRECT_FIELD_NAME: after})}")

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """unfold's menu posts here; a plain visit is asked first."""
        if request.method == "POST":
            log_out(request)
        return redirect("account_logout")

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return redirect("account_change_password")

    def app_index(
        self, request: HttpRequest, app_label: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("admin:index")

    def search(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Closed: unfold keeps results in a cache, which would outlive a revocation."""
        raise Http404

    def show(
        self, request: HttpRequest, template: str, facts: Mapping[str, object], *, title: str, status: int = 200
    ) -> TemplateResponse:
        """A page of the site. `status` 422 where a form was refused, so that nothing of it is kept (WallMiddleware)."""
        request.current_app = self.name
        context = {**self.each_context(request), "title": title, **facts}
        return TemplateResponse(request, template, context, status=status)


site = OrebookSite()


def person(request: HttpRequest) -> Staff:
    """Who is logged in, on a page that only people who are logged in reach."""
    assert isinstance(request.user, Staff)  # noqa: S101  # narrows the type: admin_view has seen to it
    return request.user
