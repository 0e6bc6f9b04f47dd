from deals.lifecycle.stages import FIRST_STAGES, NEXT_STEP, STAGES, Class, Requirement, Stage, moves_from

__all__ = ["FIRST_STAGES", "NEXT_STEP", "STAGES", "Class", "Requirement", "Stage", "moves_from"]
