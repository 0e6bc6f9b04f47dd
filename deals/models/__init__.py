from deals.models.allocation import (
    Allocation,
    AllocationAcceptance,
    AllocationAnswer,
    AllocationCounter,
    AllocationLine,
)
from deals.models.annual_return import (
    FIRST_YEAR,
    MOST_ADJUSTMENTS,
    SIDES,
    SUMMED_IN,
    AnnualReturn,
    ReturnCount,
    ReturnLine,
    ReturnSum,
)
from deals.models.book import STEPS, BookLine, BookStatus
from deals.models.commitment import COVER, Commitment, CoverLink, Instrument, JointAmount, Price, Qualifier, Size, Step
from deals.models.company import Company
from deals.models.condition import AWAITED, Condition, ConditionKind, ConditionState, Dependency
from deals.models.confirmation import Confirmation
from deals.models.currency import Currency
from deals.models.deal import Deal, DealRole, DealStatus, DealStep, Party, Purpose, RoleKind, Tranche
from deals.models.desk_state import DeskState
from deals.models.document import Basis, Document, DocumentKind, Download, SponsorConsent
from deals.models.esg import (
    Category,
    DealCheckAnswer,
    EsgCategory,
    EsgScreening,
    Principle,
    ProjectCheckAnswer,
    Screened,
)
from deals.models.expiry import WARNED, ExpiryNotice, Running
from deals.models.fact import (
    CATEGORIES,
    ESTIMATES,
    GRADE_UNITS,
    KINDS,
    OUTPUT_FORMS,
    UNITS,
    FactCode,
    FactKind,
    ProjectFact,
    ReportingCode,
    StudyType,
)
from deals.models.mandate import MOST_COUNTRIES, LinkKind, Mandate
from deals.models.mineral import Listing, Mineral
from deals.models.movement import BY_ITSELF, BY_ONE, PROPOSED, REVERSIBLE, Kind, Movement
from deals.models.name import Found, NameWord
from deals.models.offtake import TONNAGE, Offtake
from deals.models.origin import Origin, Precision
from deals.models.ownership import Control, Holding
from deals.models.participation import Participation, ParticipationKind
from deals.models.picture import PictureLine, PictureMark, PictureScope, PictureTotal
from deals.models.project import (
    COMPANY_ROLES,
    WITHOUT_DEAL,
    ChainStage,
    CompanyRole,
    DevelopmentStage,
    Project,
    ProjectMineral,
)
from deals.models.proposal import MovementProposal
from deals.models.question import Answer, Question
from deals.models.rate import FxRate, Loaded, RateLoad, RateSource
from deals.models.report import Reliance, Report, ReportStatus, Workstream
from deals.models.room import GONE, ConflictOfInterest, InDeal, PartyReply, Reply
from deals.models.sameness import ProjectMerge, SameAs
from deals.models.saved_view import SavedView
from deals.models.source import Source
from deals.models.teaser import Interest, Teaser, TeaserOrigin, TeaserReply
from deals.models.transfer import Transfer

__all__ = [
    "AWAITED",
    "BY_ITSELF",
    "BY_ONE",
    "CATEGORIES",
    "COMPANY_ROLES",
    "COVER",
    "ESTIMATES",
    "FIRST_YEAR",
    "GONE",
    "GRADE_UNITS",
    "KINDS",
    "MOST_ADJUSTMENTS",
    "MOST_COUNTRIES",
    "OUTPUT_FORMS",
    "PROPOSED",
    "REVERSIBLE",
    "SIDES",
    "STEPS",
    "SUMMED_IN",
    "TONNAGE",
    "UNITS",
    "WARNED",
    "WITHOUT_DEAL",
    "Allocation",
    "AllocationAcceptance",
    "AllocationAnswer",
    "AllocationCounter",
    "AllocationLine",
    "AnnualReturn",
    "Answer",
    "Basis",
    "BookLine",
    "BookStatus",
    "Category",
    "ChainStage",
    "Commitment",
    "Company",
    "CompanyRole",
    "Condition",
    "ConditionKind",
    "ConditionState",
    "Confirmation",
    "ConflictOfInterest",
    "Control",
    "CoverLink",
    "Currency",
    "Deal",
    "DealCheckAnswer",
    "DealRole",
    "DealStatus",
    "DealStep",
    "Dependency",
    "DeskState",
    "DevelopmentStage",
    "Document",
    "DocumentKind",
    "Download",
    "EsgCategory",
    "EsgScreening",
    "ExpiryNotice",
    "FactCode",
    "FactKind",
    "Found",
    "FxRate",
    "Holding",
    "InDeal",
    "Instrument",
    "Interest",
    "JointAmount",
    "Kind",
    "LinkKind",
    "Listing",
    "Loaded",
    "Mandate",
    "Mineral",
    "Movement",
    "MovementProposal",
    "NameWord",
    "Offtake",
    "Origin",
    "Participation",
    "ParticipationKind",
    "Party",
    "PartyReply",
    "PictureLine",
    "PictureMark",
    "PictureScope",
    "PictureTotal",
    "Precision",
    "Price",
    "Principle",
    "Project",
    "ProjectCheckAnswer",
    "ProjectFact",
    "ProjectMerge",
    "ProjectMineral",
    "Purpose",
    "Qualifier",
    "Question",
    "RateLoad",
    "RateSource",
    "Reliance",
    "Reply",
    "Report",
    "ReportStatus",
    "ReportingCode",
    "ReturnCount",
    "ReturnLine",
    "ReturnSum",
    "RoleKind",
    "Running",
    "SameAs",
    "SavedView",
    "Screened",
    "Size",
    "Source",
    "SponsorConsent",
    "Step",
    "StudyType",
    "Teaser",
    "TeaserOrigin",
    "TeaserReply",
    "Tranche",
    "Transfer",
    "Workstream",
]
