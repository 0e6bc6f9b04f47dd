from deals.models.allocation import Allocation, AllocationAcceptance, AllocationCounter, AllocationLine, Answer
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
from deals.models.currency import Currency
from deals.models.deal import Deal, DealRole, DealStatus, DealStep, Party, Purpose, RoleKind, Tranche
from deals.models.mineral import Listing, Mineral
from deals.models.origin import Origin, Precision
from deals.models.project import ChainStage, CompanyRole, DevelopmentStage, Project, ProjectMineral
from deals.models.source import Source

__all__ = [
    "COVER",
    "Allocation",
    "AllocationAcceptance",
    "AllocationCounter",
    "AllocationLine",
    "Answer",
    "ChainStage",
    "Commitment",
    "Company",
    "CompanyRole",
    "CoverLink",
    "Currency",
    "Deal",
    "DealRole",
    "DealStatus",
    "DealStep",
    "DevelopmentStage",
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
    "Size",
    "Source",
    "Step",
    "Tranche",
]
