"""The codes of this application's resources."""

from typing import Any

from deals.file_types import TAKEN
from deals.lifecycle import STAGES, Class
from deals.models import (
    COMPANY_ROLES,
    COVER,
    Basis,
    ChainStage,
    DealStatus,
    DevelopmentStage,
    DocumentKind,
    Instrument,
    Origin,
    Precision,
    Purpose,
    Qualifier,
    Reply,
    ReportStatus,
    RoleKind,
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
    "qualifiers": plain(Qualifier.values),
    "origins": plain(Origin.values),
    "date_precisions": plain(Precision.values),
    "deal_statuses": plain(DealStatus.values),
    "deal_roles": plain(RoleKind.values),
    "tranche_purposes": plain(Purpose.values),
    "development_stages": plain(DevelopmentStage.values),
    "chain_stages": plain(ChainStage.values),
    "party_replies": plain(Reply.values),
    "company_roles": plain(COMPANY_ROLES),
    "document_kinds": plain(DocumentKind.values),
    "document_bases": plain(Basis.values),
    "media_types": plain(each.media_type for each in TAKEN),
    "workstreams": plain(Workstream.values),
    "report_statuses": plain(ReportStatus.values),
}
