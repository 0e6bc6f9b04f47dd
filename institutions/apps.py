from typing import ClassVar

from django.apps import AppConfig

from institutions.constraints import tell_of
from institutions.triggers import CALLABLE, TRIGGERS


class InstitutionsConfig(AppConfig):
    name = "institutions"
    verbose_name = "Institutions"
    # Hand-written functions, stated anew after every migration (isolation/raising.py).
    sql_folders = ("isolation/sql", "journal/sql")
    extra_triggers = TRIGGERS
    callable_functions = CALLABLE
    past_views: ClassVar[dict[str, str]] = {
        "institutions_event": "SELECT * FROM public.institutions_event e WHERE e.recorded_at < past.known()",
        "institutions_seal": "SELECT * FROM public.institutions_seal s WHERE s.sealed_at < past.known()",
    }

    def ready(self) -> None:
        """What the constraints mean is known to every door from now on; services are there once models are. And each
        session begins to be counted."""
        # Hears of each log-in.
        from institutions import session_ends as session_ends
        from institutions.services.rules import RULES

        tell_of(RULES)
