from django.apps import AppConfig
from django.conf import settings


class ConfigConfig(AppConfig):
    name = "config"
    verbose_name = "Orebook"

    def ready(self) -> None:
        if settings.SENTRY_DSN or settings.TRACES_TO:
            from config import observing

            observing.begin(errors_to=settings.SENTRY_DSN, traces_to=settings.TRACES_TO, release=settings.RELEASE)
