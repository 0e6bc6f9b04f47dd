"""An institution's own sign-in: whoever it vouches for comes in as the person of that institution with that address,
and nobody else; an account is never made by it, and the second factor is asked all the same."""

import logging
from typing import Any, NoReturn, cast

import requests
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView, OAuth2View
from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from institutions.admin.asking_sign_ins import Asking
from institutions.admin.id_tokens import Vouched
from institutions.models import Staff

log = logging.getLogger("orebook.log_in")
PROVIDER = "openid_connect"


def sign_ins() -> list[SocialApp]:
    """The institutions that have one, by their names."""
    return list(SocialApp.objects.filter(provider=PROVIDER).order_by("name", "id"))


def comes_in_by_its_own(person: Staff) -> bool:
    """Whether the person's institution lets its people in by its own sign-in alone."""
    found = SocialApp.objects.filter(provider=PROVIDER, provider_id=person.institution.slug).first()
    return bool(found and found.settings.get("alone"))


class OwnSignIn(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Finds the person; what the institution says of them is an address, and nothing else of it is kept."""

    def get_requests_session(self) -> Asking:
        return Asking()

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        slug = sociallogin.account.provider
        if sociallogin.is_existing:
            # Somebody who moved is vouched for by the institution of before no more.
            if not _of(sociallogin.user, slug):
                _refused(request)
            return
        email = str(sociallogin.user.email or "")
        person = Staff.objects.filter(email__iexact=email, mailbox=False).first() if email else None
        if person is None or not _of(person, slug):
            _refused(request)
        sociallogin.connect(request, person)

    def on_authentication_error(self, request: HttpRequest, *_args: Any, **_facts: Any) -> None:
        _refused(request)

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: Any) -> str:
        return "/admin/"


def begin(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Sends somebody to their institution's sign-in. Where another site sent them here they choose it themselves: who
    is logged in there would else be logged in here unawares."""
    if request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
        return redirect("account_login")
    return _asked(OAuth2LoginView, request, provider_id)


def come_back(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Where it sends them back to."""
    return _asked(OAuth2CallbackView, request, provider_id)


def _asked(view: type[OAuth2View], request: HttpRequest, slug: str) -> HttpResponseBase:
    try:
        return cast(HttpResponseBase, view.adapter_view(Vouched(request, slug))(request))
    except SocialApp.DoesNotExist:
        raise Http404 from None
    except (requests.RequestException, LookupError, TypeError, ValueError, AttributeError) as error:
        # The package takes it for granted that an answer has the parts that it should.
        log.warning("the sign-in of %s answered what is none: %s", slug, type(error).__name__)
        try:
            _refused(request)
        except ImmediateHttpResponse as refused:
            return cast(HttpResponseBase, refused.response)


def _of(person: Staff, slug: str) -> bool:
    return person.is_active and person.institution.slug == slug


def not_let_in(request: HttpRequest) -> HttpResponseBase:
    """The same for an unknown address, another institution's and a suspended person's."""
    messages.error(request, _("Your institution's sign-in did not let you in here. Ask your institution's admin."))
    return redirect("account_login")


def _refused(request: HttpRequest) -> NoReturn:
    raise ImmediateHttpResponse(not_let_in(request))
