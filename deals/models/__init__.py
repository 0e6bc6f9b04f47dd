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
from deals.models.deal import Deal, DealRole, DealStatus, Party, Purpose, RoleKind, Tranche
from deals.models.mineral import Listing, Mineral
from deals.models.origin import Origin, Precision
from deals.models.participation import Participation, ParticipationKind
from deals.models.project import ChainStage, CompanyRole, DevelopmentStage, Project, ProjectMineral
from deals.models.rate import FxRate, Loaded, RateLoad, RateSource
from deals.models.source import Source

__all__ = [
    "COVER",
    "ChainStage",
    "Commitment",
    "Company",
    "CompanyRole",
    "CoverLink",
    "Currency",
    "Deal",
    "DealRole",
    "DealStatus",
    "DevelopmentStage",
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
    "Size",
    "Source",
    "Step",
    "Tranche",
]
