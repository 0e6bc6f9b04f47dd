"""REST and OAuth 2 for partner systems."""

import os
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from limits import RateLimitItem, parse_many

from institutions.permissions import SCOPES


def rate_limit(written: str) -> RateLimitItem:
    """How much may be asked in which time. Raises ImproperlyConfigured, so that a wrong word stops the start."""
    try:
        (found,) = parse_many(written)
    except ValueError:
        found = None
    if found is None or found.amount < 1:
        raise ImproperlyConfigured(
            f"ORE_RATE_LIMIT is '{written}', which is not one limit. Write it like 1200/minute or 5000/2 hours."
        )
    return found


# What one client or person may ask.
RATE_LIMIT = rate_limit(os.environ.get("ORE_RATE_LIMIT", "1200/minute"))
# Requests of one process that may wait for events at a time; fewer than its threads, so that others are answered.
MOST_WAITING = 4

# As docs/reference/deprecation.md says it; where `Link: …; rel="deprecation"` leads.
PROMISES = """## What you can rely on

Version 1 grows and does not break: `/api/v1/` keeps every route, parameter, code and member of an answer that it \
ever had.

**May come at any time, without a word.** New routes; new optional parameters and members of a body; new members of \
an answer; new codes in an answer, new types of events, new headers. A client ignores what it does not know.

**How something ends.** Each of its answers says so beforehand: `Deprecation` (RFC 9745) since when, `Sunset` \
(RFC 8594) from when on it may be gone, a `Link` what takes its place; here it is marked `deprecated`. The sunset is \
at least twelve months ahead."""

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "institutions.api.conventions.identity.ClientAuthentication",
        "institutions.api.conventions.identity.PersonAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["institutions.api.conventions.identity.MayRead"],
    "DEFAULT_RENDERER_CLASSES": ["institutions.api.conventions.rendering.Renderer"],
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
    "DESCRIPTION": "The co-financing deal registry of the minerals-security finance network.\n\n" + PROMISES,
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "GET_LIB_DOC_EXCLUDES": "institutions.api.conventions.schema.bases",
    "ENUM_NAME_OVERRIDES": {
        "CadenceEnum": "network.models.Cadence.choices",
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
        "CategoryEnum": "deals.api.project_shapes.CATEGORY_CODES",
        "SideEnum": "deals.api.stack_shapes.SIDES",
        "ReturnSideEnum": "deals.api.returns.ALL_SIDES",
        "SummedSideEnum": "deals.models.SIDES",
        "EsgCategoryEnum": "deals.models.Category.choices",
        "EsgOutcomeEnum": "deals.models.Screened.choices",
        "VerdictEnum": "deals.api.matches.VERDICTS",
        "OwnershipVerdictEnum": "deals.api.ownership.VERDICTS",
        "AllocationKindEnum": "deals.api.allocation_shapes.KINDS",
    },
    "SERVE_PERMISSIONS": [],
    "SERVE_AUTHENTICATION": [],
}
