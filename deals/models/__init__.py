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
from deals.models.movement import BY_ITSELF, BY_ONE, PROPOSED, REVERSIBLE, Kind, Movement
from deals.models.origin import Origin, Precision
from deals.models.project import ChainStage, CompanyRole, DevelopmentStage, Project, ProjectMineral
from deals.models.proposal import MovementProposal
from deals.models.source import Source
from deals.models.transfer import Transfer

__all__ = [
    "BY_ITSELF",
    "BY_ONE",
    "COVER",
    "PROPOSED",
    "REVERSIBLE",
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
    "Kind",
    "Listing",
    "Mineral",
    "Movement",
    "MovementProposal",
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
    "Transfer",
]
