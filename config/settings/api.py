"""REST and OAuth 2 for partner systems."""

import os
from typing import Any

from institutions.permissions import SCOPES

# What one client or person may ask, as `limits` writes it.
RATE_LIMIT = os.environ.get("ORE_RATE_LIMIT", "1200/minute")
# Requests of one process that may wait for events at a time; fewer than its threads, so that others are answered.
MOST_WAITING = 4

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "institutions.api.conventions.identity.ClientAuthentication",
        "institutions.api.conventions.identity.PersonAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["institutions.api.conventions.identity.MayRead"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["institutions.api.conventions.parsing.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "institutions.api.conventions.schema.DoorSchema",
    "DEFAULT_THROTTLE_CLASSES": ["institutions.api.conventions.rates.PerAsker"],
    "EXCEPTION_HANDLER": "institutions.api.conventions.problems.handle",
    "COERCE_DECIMAL_TO_STRING": True,
    "UNAUTHENTICATED_USER": None,
}

OAUTH2_PROVIDER_APPLICATION_MODEL = "institutions.Client"
OAUTH2_PROVIDER: dict[str, Any] = {
    "SCOPES": {str(scope): text for scope, text in SCOPES.items()},
    "OAUTH2_VALIDATOR_CLASS": "institutions.api.oauth.ClientValidator",
    "SCOPES_BACKEND_CLASS": "institutions.api.conventions.identity.ClientScopes",
    "ACCESS_TOKEN_EXPIRE_SECONDS": 600,
    "ALLOWED_GRANT_TYPES": ["client-credentials"],
    # RFC 9700, all of it: among others tokens are stored as hashes and never taken from an address.
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    "COMPLIANT_BCP_RFC9700_REFRESH_TOKEN": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_SCHEME": True,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
}

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Orebook",
    "DESCRIPTION": "The co-financing deal registry of the minerals-security finance network.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "GET_LIB_DOC_EXCLUDES": "institutions.api.conventions.schema.bases",
    "ENUM_NAME_OVERRIDES": {
        "LevelEnum": "institutions.isolation.levels.CHOICES",
        "PriceLevelEnum": "deals.api.bodies.PRICE_LEVELS",
        "PrecisionEnum": "deals.api.shapes.PRECISIONS",
        "ConditionDecisionEnum": "deals.api.condition_bodies.DECIDED",
        "ConditionKindEnum": "deals.models.ConditionKind.choices",
        "ConditionStateEnum": "deals.models.ConditionState.choices",
        "MovementKindEnum": "deals.models.Kind",
        "ProposedKindEnum": "deals.api.movement_shapes.PROPOSED_KINDS",
        "RecordedKindEnum": "deals.api.movement_bodies.RECORDED_KINDS",
        "TransferStateEnum": "deals.api.movement_shapes.TRANSFER_STATES",
        "ProposalStateEnum": "deals.api.movement_shapes.PROPOSAL_STATES",
        "ConflictLevelEnum": "deals.api.room.bodies.CONFLICT_LEVELS",
        "ConflictRoleEnum": "deals.api.room.bodies.CONFLICT_ROLES",
        "DocumentKindEnum": "deals.models.DocumentKind",
        "ReportStatusEnum": "deals.models.ReportStatus",
        "QuestionStateEnum": "deals.api.room.shapes.QUESTION_STATES",
        "StageEnum": "deals.api.shapes.STAGE_CODES",
        "ParticipationKindEnum": "deals.models.ParticipationKind",
        "AllocationAnswerEnum": "deals.models.AllocationAnswer",
        "ImportKindEnum": "network.models.ImportKind",
        "ImportStateEnum": "network.models.ImportState",
        "ReadRowStateEnum": "network.api.import_shapes.STATES",
        "ReplyEnum": "deals.models.Reply",
        "RoleEnum": "deals.models.RoleKind",
        "PurposeEnum": "deals.models.Purpose",
        "DealStatusEnum": "deals.models.DealStatus",
        "PreparedStateEnum": "institutions.models.State",
        "FirstStatusEnum": "deals.lifecycle.FIRST_STATUSES",
        "ProjectLevelEnum": "deals.models.WITHOUT_DEAL",
        "FactKindEnum": "deals.api.project_shapes.FACT_KINDS",
        "MergeStateEnum": "deals.api.project_shapes.MERGE_STATES",
        "InterestEnum": "deals.models.Interest",
        "InstrumentEnum": "deals.models.Instrument",
        "DevelopmentStageEnum": "deals.models.DevelopmentStage",
        "NamedStateEnum": "deals.api.sharing.STATES",
        "WebhookStateEnum": "network.selectors.webhooks.STATES",
        "DeliveryStatusEnum": "network.models.DeliveryStatus.choices",
        "AllocationKindEnum": "deals.api.allocation_shapes.KINDS",
    },
    "SERVE_PERMISSIONS": [],
    "SERVE_AUTHENTICATION": [],
}
