"""Companies, and who holds and takes what."""

from deals.services.companies import CompanyThere
from deals.services.ownership import BeyondWhatItNames
from institutions.constraints import Rule, Told
from institutions.refusals import Stale

_STALE = "Your institution stated this at the same time. Read it again and repeat your change."

RULES: dict[str, Told] = {
    "company_once_per_owner": Rule.like(
        CompanyThere, "Your institution has a company of this name and country already. Name that one.", "/name"
    ),
    "company_has_a_name": Rule("Give the company a name.", "/name", code="required"),
    "company_level_is_known": Rule("A company is told to 'own', 'network' or 'public'. Name one of these.", "/level"),
    "company_lei_is_iso17442": Rule("Give the LEI by its 20 signs (ISO 17442), or leave it empty.", "/lei"),
    "company_country_is_a_code": Rule("Give the country by two capital letters (ISO 3166-1), such as AU.", "/country"),
    "company_state_has_its_country": Rule("Name the country of a state.", "/country", code="required"),
    "part_within_company": Rule.like(
        BeyondWhatItNames, "It is told no further than the companies it names. Tell those further first.", "/level"
    ),
    # Holdings.
    "holding_stated_once_at_a_time": Rule.like(Stale, _STALE),
    "holding_is_of_one_thing": Rule("Name the project or the company that is held, one of them.", "/project"),
    "holding_is_by_another": Rule("A company does not hold itself. Name another.", "/holder"),
    "holding_share_is_a_share": Rule("Give a share from 0 to 100 percent, or leave it out.", "/share"),
    "holding_of_many_has_a_share": Rule(
        "Give the share of the many small holders together, and no control.", "/share", code="required"
    ),
    "holding_control_is_known": Rule("Name a kind of control of the list, or none.", "/control"),
    "holding_precision_is_known": Rule("Name how exactly the day is known: day, month or year.", "/precision"),
    "holding_level_is_known": Rule("A holding is told to 'own', 'network' or 'public'. Name one of these.", "/level"),
    # Environmental and social.
    "esg_category_once_at_a_time": Rule.like(Stale, _STALE),
    "esg_category_is_known": Rule("Name a category: A, B or C.", "/category"),
    "esg_category_level_is_known": Rule("A category is told to 'own', 'network' or 'public'. Name one.", "/level"),
    "esg_screening_once_at_a_time": Rule.like(Stale, _STALE),
    "esg_screening_stays_own": Rule("Screening stays with its institution. Leave its level at 'own'.", "/level"),
    "esg_principle_is_known": Rule("Name one of the six principles of the list.", "/principle"),
    "esg_outcome_is_known": Rule("Name an outcome of the list.", "/outcome"),
    "esg_screening_has_evidence": Rule("Say by what it is known.", "/evidence", code="required"),
    "projectcheckanswer_has_a_reason": Rule("Give the reason.", "/reason", code="required"),
    "dealcheckanswer_has_a_reason": Rule("Give the reason.", "/reason", code="required"),
    "project_check_answer_level_is_known": Rule("It is told to 'own', 'network' or 'public'. Name one.", "/level"),
    # Offtakes.
    "offtake_stated_once_at_a_time": Rule.like(Stale, _STALE),
    "offtake_is_a_share_or_an_amount": Rule(
        "Give a share from 0 to 100 percent, or an amount above zero with its unit, or neither.", "/share"
    ),
    "offtake_years_are_in_order": Rule(
        "Give a first year, and a last one that is not before it, or none.", "/last_year"
    ),
    "offtake_precision_is_known": Rule("Name how exactly the day is known: day, month or year.", "/precision"),
    "offtake_level_is_known": Rule("An offtake is told to 'own', 'network' or 'public'. Name one of these.", "/level"),
}
