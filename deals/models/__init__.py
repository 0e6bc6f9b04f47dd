from deals.models.commitment import (
    COVER,
    Commitment,
    CoverLink,
    Instrument,
    JointAmount,
    Price,
    Qualifier,
    Size,
    Step,
)
from deals.models.company import Company
from deals.models.condition import AWAITED, Condition, ConditionKind, ConditionState, Dependency
from deals.models.currency import Currency
from deals.models.deal import Deal, DealRole, DealStatus, DealStep, Party, Purpose, RoleKind, Tranche
from deals.models.expiry import WARNED, ExpiryNotice, Running
from deals.models.mineral import Listing, Mineral
from deals.models.origin import Origin, Precision
from deals.models.participation import Participation, ParticipationKind
from deals.models.project import ChainStage, CompanyRole, DevelopmentStage, Project, ProjectMineral
from deals.models.rate import FxRate, Loaded, RateLoad, RateSource
from deals.models.source import Source

__all__ = [
    "AWAITED",
    "COVER",
    "WARNED",
    "ChainStage",
    "Commitment",
    "Company",
    "CompanyRole",
    "Condition",
    "ConditionKind",
    "ConditionState",
    "CoverLink",
    "Currency",
    "Deal",
    "DealRole",
    "DealStatus",
    "DealStep",
    "Dependency",
    "DevelopmentStage",
    "ExpiryNotice",
    "FxRate",
    "Instrument",
    "JointAmount",
    "Listing",
    "Loaded",
    "Mineral",
    "Origin",
    "Participation",
    "ParticipationKind",
    "Party",
    "Precision",
    "Price",
    "Project",
    "ProjectMineral",
    "Purpose",
    "Qualifier",
    "RateLoad",
    "RateSource",
    "RoleKind",
    "Running",
    "Size",
    "Source",
    "Step",
    "Tranche",
]
