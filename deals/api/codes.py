"""The codes of this application's resources."""

from typing import Any

from deals.allocation import Kind, Rule
from deals.lifecycle import STAGES, Class
from deals.models import (
    COVER,
    Answer,
    ChainStage,
    DealStatus,
    DevelopmentStage,
    Instrument,
    Origin,
    Precision,
    Purpose,
    Qualifier,
    RoleKind,
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
    "allocation_rules": plain(rule.value for rule in Rule),
    "allocation_kinds": plain(kind.value for kind in Kind),
    "allocation_answers": plain(Answer.values),
    "development_stages": plain(DevelopmentStage.values),
    "chain_stages": plain(ChainStage.values),
}
