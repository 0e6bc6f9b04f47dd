"""Every route of version 1."""

from django.urls import URLPattern, URLResolver, path, re_path
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerView

from deals.api import resources as of_deals
from institutions.api import resources as of_institutions
from institutions.api.conventions.doors import NoSuchRoute
from institutions.api.conventions.resources import routes

RESOURCES = (*of_institutions.RESOURCES, *of_deals.RESOURCES)

urlpatterns: list[URLPattern | URLResolver] = [
    path("schema", SpectacularJSONAPIView.as_view(), name="schema"),
    path("docs", SpectacularSwaggerView.as_view(url_name="schema"), name="docs"),
    *(route for resource in RESOURCES for route in routes(resource)),
    re_path("", NoSuchRoute.as_view()),
]
