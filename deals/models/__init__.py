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
from deals.models.confirmation import Confirmation
from deals.models.currency import Currency
from deals.models.deal import Deal, DealRole, DealStatus, Party, Purpose, RoleKind, Tranche
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
from deals.models.origin import Origin, Precision
from deals.models.project import WITHOUT_DEAL, ChainStage, CompanyRole, DevelopmentStage, Project, ProjectMineral
from deals.models.sameness import ProjectMerge, SameAs
from deals.models.source import Source

__all__ = [
    "CATEGORIES",
    "COVER",
    "ESTIMATES",
    "GRADE_UNITS",
    "KINDS",
    "UNITS",
    "WITHOUT_DEAL",
    "ChainStage",
    "Commitment",
    "Company",
    "CompanyRole",
    "Confirmation",
    "CoverLink",
    "Currency",
    "Deal",
    "DealRole",
    "DealStatus",
    "DevelopmentStage",
    "FactCode",
    "FactKind",
    "Instrument",
    "JointAmount",
    "Listing",
    "Mineral",
    "Origin",
    "Party",
    "Precision",
    "Price",
    "Project",
    "ProjectFact",
    "ProjectMerge",
    "ProjectMineral",
    "Purpose",
    "Qualifier",
    "ReportingCode",
    "RoleKind",
    "SameAs",
    "Size",
    "Source",
    "Step",
    "StudyType",
    "Tranche",
]
