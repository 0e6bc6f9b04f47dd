"""The tables of stages and statuses as a page of the reference: `manage.py stages` writes it."""

from deals.lifecycle.stages import NEXT_STEP, STAGES, Requirement, needs_two
from deals.lifecycle.statuses import STATUSES


def page() -> str:
    """docs/reference/stages.md, from the tables that the code and the database's triggers are made of."""
    return "\n".join(
        [
            "# Stages and statuses",
            "",
            "Written by `manage.py stages` from `deals/lifecycle/`: change the tables there, not this page.",
            "",
            "## A commitment",
            "",
            "| stage | class | order | two persons | must be there (registered rows) |",
            "| --- | --- | --- | --- | --- |",
            *(
                _row(stage.code, stage.cls.value, stage.order, needs_two("enquiry", stage.code), stage.requires)
                for stage in STAGES.values()
            ),
            "",
            "Stages may be skipped forward; back with a reason. Leaving what is conditional or firm for",
            "an ended or indicative stage needs two persons as well. `lapsed` comes by the date alone.",
            "",
            "## A deal",
            "",
            "| status | order | two persons | must be there |",
            "| --- | --- | --- | --- |",
            *(
                _row(status.code, status.order, Requirement.FOUR_EYES in status.requires, status.requires)
                for status in STATUSES.values()
            ),
            "",
            "## What each requirement asks for",
            "",
            *(f"- `{requirement.value}`: {text}" for requirement, text in NEXT_STEP.items()),
            "",
        ]
    )


def _row(code: str, *cells: object) -> str:
    *told, two, requires = cells
    assert isinstance(requires, tuple)  # noqa: S101  # narrows the type
    asked = ", ".join(f"`{r.value}`" for r in requires if r is not Requirement.FOUR_EYES)
    shown = ["–" if cell is None else str(cell) for cell in told]
    return " | ".join([f"| `{code}`", *shown, "yes" if two else "–", asked or "–"]) + " |"
