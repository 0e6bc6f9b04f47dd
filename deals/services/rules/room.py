"""The deal room: documents and consents, questions, reports, replies to invitations, conflicts of interest."""

from deals.services.documents import BasisIncomplete, BeyondConsent, ConsentEnded
from deals.services.parties import AlreadyReplied, LevelTooWide, NotInvited
from deals.services.questions import NotAsked
from deals.services.reports import DeliveredBeforeCommissioned
from institutions.constraints import Known, Rule, Told

_AGAIN = "The file could not be kept. Send it again."
_REPLIED = Rule.like(
    AlreadyReplied, "Your institution replied to this invitation already. Read that reply; it may still leave the deal."
)

RULES: dict[str, Told] = {
    "document_basis_is_stated": Known(BasisIncomplete, "/basis"),
    "document_has_a_hash": Rule(_AGAIN),
    "deals_document_stored_as_key": Rule(_AGAIN, status=409),
    "part_within_document": Rule(
        "It is told no further than its document. Choose a narrower level, or tell the document further first.",
        "/level",
    ),
    "told_within_consent": Rule.like(
        BeyondConsent,
        "It is told no further than the consent that it rests on. Choose a narrower level, or a wider consent.",
        "/level",
    ),
    "grant_within_consent": Rule.like(
        BeyondConsent, "The consent does not name this institution. Register one that does.", "/institution"
    ),
    "consent_ends_once": Known(ConsentEnded),
    "sponsor_consent_goes_to_the_lead_at_most": Rule(
        "A consent is told to the lead at most. Choose 'lead' or 'own'.", "/level"
    ),
    "answered_by_the_asked": Known(NotAsked),
    "reliance_once": Rule(
        "It may rely on this report already. Leave it out, or name another institution.",
        "/institution",
        code="already_relies",
    ),
    "reliance_within_report": Rule(
        "Who may rely on a report is told no further than the report. Tell the report further first.", "/level"
    ),
    "report_is_delivered_on_a_day": Rule.like(
        DeliveredBeforeCommissioned, "A report is delivered on a day, with its document. Give the day.", "/delivered_on"
    ),
    "reply_is_of_the_invited": Known(NotInvited),
    "reply_comes_in_order": _REPLIED,
    "party_reply_once": _REPLIED,
    "party_reply_goes_to_the_lead": Rule("A reply goes to the lead. Leave its level out.", "/level"),
    "conflict_goes_to_parties_at_most": Known(LevelTooWide, "/level"),
    "conflict_ends_after_it_began": Rule(
        "It ends after it began. Give a later day.", "/until", code="until_before_since"
    ),
}
