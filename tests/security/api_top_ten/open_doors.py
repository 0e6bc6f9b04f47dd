"""The addresses of a deployment that took the package's own along."""

from django.urls import include, path

from config.urls import urlpatterns as ours

urlpatterns = [path("oauth/", include("oauth2_provider.urls", namespace="oauth2_provider")), *ours]
