from institutions.models.account_mail import AccountMail, Occasion
from institutions.models.admission import Admission, ChangeKind, Checkmark, MembershipChange
from institutions.models.approval import Approval, Decision
from institutions.models.audience import (
    Audience,
    AudienceMember,
    Circle,
    Reach,
    Standing,
)
from institutions.models.client import Client
from institutions.models.confidential import Confidential
from institutions.models.contact import Contact, ContactKind
from institutions.models.disclosure import Consent, DealTeam, Grant, TeamMember
from institutions.models.event import Epoch, Event
from institutions.models.external_reference import ExternalReference
from institutions.models.idempotency import IdempotencyKey
from institutions.models.institution import Function, Institution, Kind, Predecessor
from institutions.models.membership import Membership, MembershipStatus
from institutions.models.network import Network
from institutions.models.prepared import Prepared, State
from institutions.models.seal import Leaf, Seal, SealKey
from institutions.models.spent import SpentAssertion
from institutions.models.staff import Staff

__all__ = [
    "AccountMail",
    "Admission",
    "Approval",
    "Audience",
    "AudienceMember",
    "ChangeKind",
    "Checkmark",
    "Circle",
    "Client",
    "Confidential",
    "Consent",
    "Contact",
    "ContactKind",
    "DealTeam",
    "Decision",
    "Epoch",
    "Event",
    "ExternalReference",
    "Function",
    "Grant",
    "IdempotencyKey",
    "Institution",
    "Kind",
    "Leaf",
    "Membership",
    "MembershipChange",
    "MembershipStatus",
    "Network",
    "Occasion",
    "Predecessor",
    "Prepared",
    "Reach",
    "Seal",
    "SealKey",
    "SpentAssertion",
    "Staff",
    "Standing",
    "State",
    "TeamMember",
]
