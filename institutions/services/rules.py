"""What the constraints of institutions, staff and approvals mean to whoever ran into them."""

from institutions.constraints import Known, Rule, Told
from institutions.services.approvals import AlreadyWaiting, Decided, SamePerson, Voided
from institutions.services.clients import TwoHands
from institutions.services.references import NamedSoAlready

_APPROVER = "Have an approver of your institution, another person, confirm it."
_PREPARED = Rule("A request is prepared by whoever acts, inside the institution. Prepare it in your own name.")
_ONCE = Rule.like(Decided, "This was decided already, and that stands. Have prepared anew what is still wanted.")
_HERE = "This stands in the registry already. Use the one that there is, or choose another name."
_AUDIENCE = Rule("Nobody can be told of it so. Choose another level.", "/level")

RULES: dict[str, Told] = {
    "staff_language_is_known": Rule("Orebook does not speak this language. Choose en, fr, ja or ko."),
    "staff_mailbox_once": Rule("Your institution has a functional mailbox already. Change its address.", status=409),
    "staff_mailbox_logs_in_nowhere": Rule("A functional mailbox is no account. Make one for the person instead."),
    "widening_needs_four_eyes": Rule(f"Telling more than the lead needs two persons. {_APPROVER}", "/level"),
    "two_persons_needed": Rule(f"It takes effect when two persons stand behind it. {_APPROVER}", code="four_eyes"),
    "prepared_stays_own": Rule(
        "What is prepared is told to nobody before it is confirmed: leave its level at 'own'.",
        "/level",
        code="four_eyes",
    ),
    "confirmed_as_prepared": Rule(
        "What is confirmed is what was prepared. Reject it, and have it prepared anew.", code="four_eyes"
    ),
    "state_is_decided_once": Rule(_ONCE.says, code="already_decided"),
    "account_mail_occasion_is_known": Rule("People are mailed of what is known here. Choose one of its occasions."),
    "leaf_has_its_place": Rule("Two events came to one place of the sealed log. Have it sealed again."),
    # Who comes into a network, and who goes.
    "members_by_two": Rule(
        "Members are admitted, suspended and let go by two persons of the secretariat. Prepare it under Members.",
        code="four_eyes",
    ),
    "membership_is_ended_only": Rule("A membership is ended, and another begins. Prepare that under Members."),
    "membership_ends_after_it_began": Rule("A membership ends after it began. Give a later day.", "/since"),
    "institution_stays_as_admitted": Rule(
        "An institution stays what two persons admitted it as. Ask who runs the registry.", status=403
    ),
    "network_is_handed_over_by_its_operator": Rule(
        "A network is ended, and handed over to another, by whoever runs the registry. Ask them.", status=403
    ),
    "verified_by_another": Rule(
        "Another person than the one who prepared the admission verifies the first admin, once it is confirmed. Ask a "
        "colleague.",
        status=403,
    ),
    "marked_when_done": Rule("It is marked when it was done. Give that day.", "/on"),
    "marked_by_who_answers": Rule(
        "An officer or an approver of the secretariat marks what they did. Ask one of them.", status=403
    ),
    "checked_first": Rule("Some lines of its checklist come first. Have them done, and marked."),
    "checkmark_once": Rule("This line is marked already. Read the list again.", status=409),
    "admission_into_a_standing": Rule("One is admitted as a member or an observer. Choose one of them.", "/status"),
    "admission_of_no_secretariat": Rule(
        "A secretariat is founded by whoever runs the registry. Choose another kind.", "/kind"
    ),
    "admission_letter_is_known_by_its_digest": Rule("Give the letter's SHA-256, or the letter.", "/letter"),
    "admission_letter_comes_first": Rule(
        "A letter comes before the admission. Give its day, or a later day of the admission.", "/letter_on"
    ),
    "admission_names_its_contacts": Rule("Give the technical, the legal and the duty contact."),
    "admission_country_is_iso3166": Rule("Give the country by its two letters, such as KR (ISO 3166-1).", "/country"),
    "admission_lei_is_iso17442": Rule("Give the LEI by its 20 signs (ISO 17442), or leave it empty.", "/lei"),
    "membership_change_has_its_reason": Rule("Say why.", "/reason"),
    "membership_change_becomes_what_it_is": Rule(
        "A suspension suspends, and an exit ends. Choose it by what is done.", "/kind"
    ),
    "contact_once_per_kind": Rule("This contact is there already. Change that one.", status=409),
    "contact_kind_is_known": Rule("There are technical, legal and duty contacts. Choose one of them."),
    # Approvals.
    "approval_void": Known(Voided),
    "approval_one_open_per_row": Rule.like(
        AlreadyWaiting, "An approval about this waits already. Have it confirmed or rejected first."
    ),
    "approval_is_decided_by_an_approver": Rule(
        "Only an active approver of your institution may decide. Ask one of them.", status=403, code="not_an_approver"
    ),
    "approval_needs_a_second_person": Rule.like(
        SamePerson, "Another person of your institution must decide what one prepared. Ask another approver."
    ),
    "approval_is_decided_once": _ONCE,
    "approval_is_decided_by_the_actor": Rule("It is decided by whoever acts. Decide it in your own name.", status=403),
    "approval_decided_as_a_whole": Rule("A decision has its day and its person. Confirm it or reject it."),
    "approval_is_prepared_first": _PREPARED,
    "approval_is_prepared_by_the_actor": _PREPARED,
    "approval_is_prepared_inside": _PREPARED,
    "approval_asks_known_things": Rule("An approver is asked for known things alone. Prepare it by the act itself."),
    "approval_of_own_rows": Rule("A request is about what is your institution's own. Name such rows alone."),
    # Who is told.
    "grant_needs_four_eyes": Rule(f"Naming an institution needs two persons. {_APPROVER}", code="four_eyes"),
    "grant_of_what_can_be_told": Rule("Such a row stays with its institution. Name another."),
    "audience_once": _AUDIENCE,
    "audience_without_deal_has_no_deal_level": _AUDIENCE,
    "reach_once_per_source": _AUDIENCE,
    "consent_once": Rule("This institution is consented to already. Leave it as it is.", status=409),
    "deal_team_ends_once": Rule("This wall is down already. Wall the deal off anew.", status=409),
    "deal_team_ends_by_two": Rule(f"A wall comes down by two persons. {_APPROVER}", code="four_eyes"),
    "team_that_stands": Rule("This deal team is no more. Wall the deal off anew.", status=409),
    "team_of_own_people": Rule("A deal team is of your institution's own people. Choose one of them.", "/person"),
    "team_time_is_only_shortened": Rule("A time on a team is only shortened. Add the person anew.", "/until"),
    "deal_team_once": Rule("The deal has its team already. Change that one.", status=409),
    "external_reference_once": Known(NamedSoAlready),
    "external_reference_stays_own": Rule(
        "What your own systems call it is told to nobody: leave its level at 'own'.", "/level"
    ),
    "external_reference_is_plain": Rule(
        "A scheme is of a-z, 0-9 and . _ -; a value begins and ends with something visible.", "/value"
    ),
    "secrets_are_their_persons": Rule(
        "A system's secret is changed by whoever answers for it. Ask them, or issue another system.",
        status=403,
        code="not_answered_for",
    ),
    "spent_assertion_once": Rule("This assertion was shown before. Sign another.", status=401, code="invalid_client"),
    "idempotency_key_once": Rule(
        "A request with this Idempotency-Key is being carried out. Repeat it in a moment.", status=409, code="in_flight"
    ),
    # Networks, institutions, people and clients.
    "network_ends_after_its_founding": Rule("A network ends after its founding. Give a later day."),
    "institutions_network_code_key": Rule(_HERE, status=409, code="name_taken"),
    "institutions_network_predecessor_id_key": Rule(
        "This network has a successor already. Name another, or none.", status=409
    ),
    "membership_once_at_a_time": Rule("It has a standing in this network already. End that one first.", status=409),
    "institutions_institution_slug_key": Rule(_HERE, status=409, code="name_taken"),
    "institution_country_is_iso3166": Rule("Give the country by its two letters, such as KR (ISO 3166-1)."),
    "institution_lei_is_iso17442": Rule("Give the LEI by its 20 signs (ISO 17442), or leave it empty."),
    **dict.fromkeys(
        ("institutions_staff_email_key", "staff_email_once"),
        Rule("This address cannot be used. Choose another.", code="address_taken", status=409),
    ),
    "accounts_are_kept_inside": Rule(
        "Accounts are kept by an admin of their own institution. Ask one of that institution.", status=403
    ),
    "secretariat_is_let_in_nowhere": Rule(
        "The secretariat is let into no deal. Name another institution.",
        "/institution",
    ),
    "secretariat_stays_what_it_is": Rule(
        "A secretariat is founded by whoever runs the registry. Choose another kind.", "/kind"
    ),
    "client_prepares_or_approves": Known(TwoHands),
    "institutions_client_client_id_key": Rule("This client id is taken. Have another issued.", status=409),
}
