from deals.models.allocation import Allocation, AllocationAcceptance, AllocationCounter, AllocationLine, Answer
from deals.models.commitment import COVER, Commitment, CoverLink, Instrument, JointAmount, Price, Qualifier, Size, Step
from deals.models.company import Company
from deals.models.condition import AWAITED, Condition, ConditionKind, ConditionState, Dependency
from deals.models.confirmation import Confirmation
from deals.models.currency import Currency
from deals.models.deal import Deal, DealRole, DealStatus, DealStep, Party, Purpose, RoleKind, Tranche
from deals.models.expiry import WARNED, ExpiryNotice, Running
from deals.models.fact import (
    CATEGORIES,
    ESTIMATES,
    GRADE_UNITS,
    KINDS,
    UNITS,
    FactCode,
    FactKind,
    ProjectFact,
    ReportingCode,
    StudyType,
)
from deals.models.mineral import Listing, Mineral
from deals.models.movement import BY_ITSELF, BY_ONE, PROPOSED, REVERSIBLE, Kind, Movement
from deals.models.origin import Origin, Precision
from deals.models.participation import Participation, ParticipationKind
from deals.models.project import WITHOUT_DEAL, ChainStage, CompanyRole, DevelopmentStage, Project, ProjectMineral
from deals.models.proposal import MovementProposal
from deals.models.rate import FxRate, Loaded, RateLoad, RateSource
from deals.models.sameness import ProjectMerge, SameAs
from deals.models.source import Source
from deals.models.transfer import Transfer

__all__ = [
    "AWAITED",
    "BY_ITSELF",
    "BY_ONE",
    "CATEGORIES",
    "COVER",
    "ESTIMATES",
    "GRADE_UNITS",
    "KINDS",
    "PROPOSED",
    "REVERSIBLE",
    "UNITS",
    "WARNED",
    "WITHOUT_DEAL",
    "Allocation",
    "AllocationAcceptance",
    "AllocationCounter",
    "AllocationLine",
    "Answer",
    "ChainStage",
    "Commitment",
    "Company",
    "CompanyRole",
    "Condition",
    "ConditionKind",
    "ConditionState",
    "Confirmation",
    "CoverLink",
    "Currency",
    "Deal",
    "DealRole",
    "DealStatus",
    "DealStep",
    "Dependency",
    "DevelopmentStage",
    "ExpiryNotice",
    "FactCode",
    "FactKind",
    "FxRate",
    "Instrument",
    "JointAmount",
    "Kind",
    "Listing",
    "Loaded",
    "Mineral",
    "Movement",
    "MovementProposal",
    "Origin",
    "Participation",
    "ParticipationKind",
    "Party",
    "Precision",
    "Price",
    "Project",
    "ProjectFact",
    "ProjectMerge",
    "ProjectMineral",
    "Purpose",
    "Qualifier",
    "RateLoad",
    "RateSource",
    "ReportingCode",
    "RoleKind",
    "Running",
    "SameAs",
    "Size",
    "Source",
    "Step",
    "StudyType",
    "Tranche",
    "Transfer",
]
