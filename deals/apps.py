from collections.abc import Iterator

from django.apps import AppConfig

from deals.lifecycle import trigger
from deals.walls import TRIGGERS


class DealsConfig(AppConfig):
    name = "deals"
    verbose_name = "Deals"
    sql_folders = ("sql",)
    extra_triggers = TRIGGERS
    # The application classifies stages and follows merges in its queries.
    callable_functions = (
        "deals.class_of(text)",
        "deals.lapse()",
        "deals.merged_into(uuid)",
        "deals.survivor(uuid)",
        "deals.absorbed(uuid)",
        "deals.family(uuid)",
    )

    def generated_sql(self) -> Iterator[str]:
        """Functions made from tables in Python."""
        yield trigger.classify()
        yield trigger.guard()
