from django.apps import AppConfig

from institutions.triggers import CALLABLE, TRIGGERS


class InstitutionsConfig(AppConfig):
    name = "institutions"
    verbose_name = "Institutions"
    # Hand-written functions, stated anew after every migration (isolation/raising.py).
    sql_folders = ("isolation/sql", "journal/sql")
    extra_triggers = TRIGGERS
    callable_functions = CALLABLE
