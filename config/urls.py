"""Every door of Orebook."""

from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from config import health
from config.metrics import metrics
from config.status import status
from institutions.admin import single_sign_on
from institutions.admin.accounts import CLOSED_DOORS, closed, sessions, welcome
from institutions.admin.site import site
from institutions.api.conventions.doors import NoSuchRoute
from institutions.api.conventions.problems import bad_request, server_error
from institutions.api.oauth import Token
from network.admin.unsubscribe import unsubscribe

# The applications hang their pages into the site as they are loaded.
admin.autodiscover()

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("health/", health.view),
    path("livez", health.live),
    path("readyz", health.ready),
    path("metrics", metrics),
    path("status", status),
    path("admin/", site.urls),
    path("accounts/welcome/<str:token>/", welcome, name="welcome"),
    *(path(f"accounts/{door}", closed) for door in CLOSED_DOORS),
    *(path(f"accounts/{door}<path:rest>", closed) for door in CLOSED_DOORS),
    path("accounts/sessions/", sessions, name="usersessions_list"),
    path("accounts/oidc/<str:provider_id>/login/", single_sign_on.begin),
    path("accounts/oidc/<str:provider_id>/login/callback/", single_sign_on.come_back),
    path("accounts/", include("allauth.urls")),
    path("mail/stop/<str:token>/", unsubscribe, name="unsubscribe"),
    re_path("^oauth/token/?$", Token.as_view(), name="token"),
    path("api/v1/", include("network.api.v1")),
    re_path("^(api|oauth)(/|$)", NoSuchRoute.as_view()),
]
handler400 = bad_request
handler500 = server_error
