"""What the constraints of projects, facts, links and merges mean to whoever ran into them."""

from institutions.api.conventions.database import Rule, tell_of

tell_of(
    {
        "project_slug_once_per_owner": Rule(
            "slug_taken", "Your institution has a project of this slug already. Choose another.", "/slug", 409
        ),
        "registered_by_member": Rule(
            "not_a_member", "Members of the network register projects, and your institution is none today.", status=403
        ),
        "part_within_project": Rule("fact_beyond_project", "It is told no further than its project.", "/level"),
        "fact_current_once_per_owner": Rule(
            "stale", "Your institution stated this at the same time. Read it again.", status=412
        ),
        "fact_is_not_of_the_future": Rule("in_future", "A statement is dated today or earlier.", "/as_of"),
        "same_as_once": Rule("linked_already", "Your institution has linked the two already.", "/other", 409),
        "merge_once_per_owner": Rule(
            "merged_already", "Your institution has merged it, or proposed to, already.", "/project", 409
        ),
        "merged_by_owners": Rule("not_the_owner", "A merge is made by the owners of both projects.", status=403),
        "merge_needs_four_eyes": Rule(
            "merge_needs_four_eyes", "A merge with another institution needs an approver of your own.", status=403
        ),
        "ends_once": Rule("ended", "What has ended stays ended. Say it anew.", status=409),
        "confirms_published": Rule(
            "not_published_about_you", "Only a published row about your own institution is confirmed.", status=403
        ),
        "confirmation_is_not_of_the_future": Rule("in_future", "A confirmation is dated today or earlier.", "/as_of"),
        "replaces_published": Rule(
            "replaces_another", "Only a published row, about your own institution, is replaced.", "/supersedes"
        ),
    }
)
