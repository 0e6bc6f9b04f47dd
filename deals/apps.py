from collections.abc import Iterator

from django.apps import AppConfig

from deals.lifecycle import trigger
from deals.walls import TRIGGERS


class DealsConfig(AppConfig):
    name = "deals"
    verbose_name = "Deals"
    sql_folders = ("sql",)
    extra_triggers = TRIGGERS
    # The application classifies stages in its queries.
    callable_functions = ("deals.class_of(text)", "deals.lapse()", "deals.orphaned(text[])")

    def generated_sql(self) -> Iterator[str]:
        """Functions made from tables in Python."""
        yield trigger.classify()
        yield trigger.guard()
