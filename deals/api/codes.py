"""The codes of this application's resources."""

from typing import Any

from deals.lifecycle import STAGES, Class
from deals.models import (
    COVER,
    ChainStage,
    ConditionKind,
    ConditionState,
    DealStatus,
    DevelopmentStage,
    Instrument,
    Origin,
    ParticipationKind,
    Precision,
    Purpose,
    Qualifier,
    RateSource,
    RoleKind,
    Running,
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
    "participation_kinds": plain(ParticipationKind.values),
    "rate_sources": plain(RateSource.values),
    "chain_stages": plain(ChainStage.values),
    "condition_kinds": plain(ConditionKind.values),
    "condition_states": plain(ConditionState.values),
    "expiry_kinds": plain(Running.values),
}
