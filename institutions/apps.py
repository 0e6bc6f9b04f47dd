from django.apps import AppConfig


class InstitutionsConfig(AppConfig):
    name = "institutions"
    verbose_name = "Institutions"
    # Hand-written functions, stated anew after every migration (isolation/raising.py).
    sql_folders = ("isolation/sql", "journal/sql")
