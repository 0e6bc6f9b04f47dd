"""The codes of this application's resources."""

from typing import Any

from deals.allocation import Kind as OfferKind
from deals.allocation import Rule
from deals.file_types import TAKEN
from deals.lifecycle import STAGES, Class
from deals.models import (
    BY_ITSELF,
    BY_ONE,
    CATEGORIES,
    COMPANY_ROLES,
    COVER,
    GRADE_UNITS,
    KINDS,
    UNITS,
    AllocationAnswer,
    Basis,
    ChainStage,
    ConditionKind,
    ConditionState,
    DealStatus,
    DevelopmentStage,
    DocumentKind,
    Instrument,
    Kind,
    Origin,
    ParticipationKind,
    Precision,
    Purpose,
    Qualifier,
    RateSource,
    Reply,
    ReportingCode,
    ReportStatus,
    RoleKind,
    Running,
    StudyType,
    Workstream,
)
from institutions.api.codes import plain

CODELISTS: dict[str, list[dict[str, Any]]] = {
    "stages": [
        {
            "code": stage.code,
            "class": stage.cls.value,
            "order": stage.order,
            "requires": [r.value for r in stage.requires],
        }
        for stage in STAGES.values()
    ],
    "classes": plain(cls.value for cls in Class),
    "instruments": [{"code": i.value, "cover": i in COVER} for i in Instrument],
    "movement_kinds": [
        {"code": kind.value, "four_eyes": kind not in (*BY_ONE, *BY_ITSELF), "by_itself": kind in BY_ITSELF}
        for kind in Kind
    ],
    "qualifiers": plain(Qualifier.values),
    "origins": plain(Origin.values),
    "date_precisions": plain(Precision.values),
    "deal_statuses": plain(DealStatus.values),
    "deal_roles": plain(RoleKind.values),
    "tranche_purposes": plain(Purpose.values),
    "allocation_rules": plain(rule.value for rule in Rule),
    "allocation_kinds": plain(kind.value for kind in OfferKind),
    "allocation_answers": plain(AllocationAnswer.values),
    "development_stages": plain(DevelopmentStage.values),
    "participation_kinds": plain(ParticipationKind.values),
    "rate_sources": plain(RateSource.values),
    "chain_stages": plain(ChainStage.values),
    "condition_kinds": plain(ConditionKind.values),
    "condition_states": plain(ConditionState.values),
    "expiry_kinds": plain(Running.values),
    "study_types": plain(StudyType.values),
    "reporting_codes": plain(ReportingCode.values),
    "grade_units": plain(GRADE_UNITS),
    "fact_codes": [
        {
            "code": code.value,
            "kind": kind.value,
            "units": list(UNITS.get(code, ())),
            "categories": list(CATEGORIES.get(code, ())),
        }
        for code, kind in KINDS.items()
    ],
    "party_replies": plain(Reply.values),
    "company_roles": plain(COMPANY_ROLES),
    "document_kinds": plain(DocumentKind.values),
    "document_bases": plain(Basis.values),
    "media_types": plain(each.media_type for each in TAKEN),
    "workstreams": plain(Workstream.values),
    "report_statuses": plain(ReportStatus.values),
}
