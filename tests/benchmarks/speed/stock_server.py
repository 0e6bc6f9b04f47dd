"""The stock server: nothing of Orebook's own is in the way, neither its middleware nor its log-in."""

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler

import config.wsgi  # noqa: F401  # what Django needs to begin with

settings.ROOT_URLCONF = "tests.benchmarks.speed.stock"
settings.MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
application = WSGIHandler()
