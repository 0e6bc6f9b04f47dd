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
from deals.models.document import Basis, Document, DocumentKind, Download, SponsorConsent
from deals.models.mineral import Listing, Mineral
from deals.models.origin import Origin, Precision
from deals.models.project import ChainStage, CompanyRole, DevelopmentStage, Project, ProjectMineral
from deals.models.question import Answer, Question
from deals.models.report import Reliance, Report, ReportStatus, Workstream
from deals.models.room import COMPANY_ROLES, GONE, ConflictOfInterest, InDeal, PartyReply, Reply
from deals.models.source import Source

__all__ = [
    "COMPANY_ROLES",
    "COVER",
    "GONE",
    "Answer",
    "Basis",
    "ChainStage",
    "Commitment",
    "Company",
    "CompanyRole",
    "ConflictOfInterest",
    "CoverLink",
    "Currency",
    "Deal",
    "DealRole",
    "DealStatus",
    "DevelopmentStage",
    "Document",
    "DocumentKind",
    "Download",
    "InDeal",
    "Instrument",
    "JointAmount",
    "Listing",
    "Mineral",
    "Origin",
    "Party",
    "PartyReply",
    "Precision",
    "Price",
    "Project",
    "ProjectMineral",
    "Purpose",
    "Qualifier",
    "Question",
    "Reliance",
    "Reply",
    "Report",
    "ReportStatus",
    "RoleKind",
    "Size",
    "Source",
    "SponsorConsent",
    "Step",
    "Tranche",
    "Workstream",
]
