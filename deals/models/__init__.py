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
from deals.models.project import ChainStage, CompanyRole, DevelopmentStage, Project, ProjectMineral
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
    "Instrument",
    "JointAmount",
    "Listing",
    "Mineral",
    "Origin",
    "Party",
    "Precision",
    "Price",
    "Project",
    "ProjectMineral",
    "Purpose",
    "Qualifier",
    "RoleKind",
    "Running",
    "Size",
    "Source",
    "Step",
    "Tranche",
]
