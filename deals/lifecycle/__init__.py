from deals.lifecycle.stages import (
    APPROVED_FACTS,
    FIRST_STAGES,
    NEXT_STEP,
    STAGES,
    Class,
    Requirement,
    Stage,
    moves_from,
    needs_two,
)

__all__ = [
    "APPROVED_FACTS",
    "FIRST_STAGES",
    "NEXT_STEP",
    "STAGES",
    "Class",
    "Requirement",
    "Stage",
    "moves_from",
    "needs_two",
]
