"""Every door of Orebook."""

from django.contrib import admin
from django.urls import include, path, re_path

from institutions.api.conventions.doors import NoSuchRoute
from institutions.api.conventions.problems import bad_request, server_error
from institutions.api.oauth import Token

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    re_path("^oauth/token/?$", Token.as_view(), name="token"),
    path("api/v1/", include("network.api.v1")),
    re_path("^(api|oauth)/", NoSuchRoute.as_view()),
]
handler400 = bad_request
handler500 = server_error
