"""Projects, statements of fact about them, links and merges; and what is said to published rows."""

from deals.services.facts import FactBeyondProject
from deals.services.origin import InFuture, NotPublishedAboutYou
from deals.services.projects import NotAMember, SlugTaken
from deals.services.sameness import Ended, LinkedAlready, MergedAlready, NotTheOwner, SameProject
from institutions.constraints import Known, Rule, Told
from institutions.refusals import Stale

_STALE = "Your institution stated this at the same time. Read it again and repeat your change."

RULES: dict[str, Told] = {
    "project_slug_once_per_owner": Rule.like(
        SlugTaken, "Your institution has a project of this slug already. Choose another.", "/slug"
    ),
    "registered_by_member": Rule.like(
        NotAMember,
        "Members of the network register projects and deals, and your institution is none today. Ask the secretariat.",
    ),
    "project_capex_has_currency": Rule("Give the capital cost with its currency.", code="required"),
    "project_place_is_on_earth": Rule("Give a latitude from -90 to 90 with a longitude from -180 to 180.", "/latitude"),
    "project_mineral_once": Rule("The project names this mineral twice. Name it once.", "/minerals", code="repeated"),
    "part_within_project": Rule.like(
        FactBeyondProject, "It is told no further than its project. Tell the project further first.", "/level"
    ),
    # Statements.
    "fact_stated_once_at_a_time": Rule.like(Stale, _STALE),
    "fact_is_not_of_the_future": Rule(
        "A statement is dated today or earlier. Come back on the day.", "/as_of", code="in_future"
    ),
    "fact_says_one_thing_of_its_kind": Rule(
        "A statement says one thing: text, day, money or number, as its code asks. Give that alone."
    ),
    "fact_unit_fits": Rule("The unit does not fit to what is stated. Choose one of its code's.", "/unit"),
    "fact_category_fits": Rule("The category does not fit to what is stated. Choose one of its code's.", "/category"),
    "fact_form_fits": Rule("Name a form of the list for a planned output, and none elsewhere.", "/form"),
    "fact_names_its_mineral": Rule("Name the mineral where the code asks for one, and none elsewhere.", "/mineral"),
    "fact_estimate_has_its_code": Rule(
        "A resource or reserve names its reporting code; nothing else has one, a grade or a competent person. Give it "
        "so.",
        "/reporting_code",
    ),
    "fact_grade_has_its_unit": Rule("Give a grade above zero with its unit, or neither.", "/grade"),
    # Links and merges.
    "same_as_once": Known(LinkedAlready, "/other"),
    "same_as_another": Known(SameProject, "/other"),
    "merge_into_another": Known(SameProject, "/survivor"),
    "merge_once_per_owner": Rule.like(
        MergedAlready, "Your institution has merged it, or proposed to, already. Withdraw that first.", "/project"
    ),
    "merged_by_owners": Known(NotTheOwner),
    "merge_needs_four_eyes": Rule(
        "A merge with another institution needs an approver of your own. Have one confirm it.", status=403
    ),
    "ends_once": Known(Ended),
    # What is published.
    "confirms_published": Known(NotPublishedAboutYou),
    "confirmation_is_not_of_the_future": Known(InFuture, "/as_of"),
}
