"""What is gone through when an institution comes, is suspended or goes: each line is done by a person, and says so."""

from dataclasses import dataclass

from django.utils.translation import gettext_noop

# The line that another person than the preparer marks (isolation/sql/9_members.sql).
VERIFIED = "first_admin_verified"


@dataclass(frozen=True)
class Line:
    """`first`: done before a second person confirms; the others follow when it is in force."""

    code: str
    says: str
    first: bool = False


ADMISSION = (
    Line(
        "letter_checked",
        gettext_noop("The letter is signed by who may sign for the institution: looked up elsewhere than in it."),
        first=True,
    ),
    Line("name_checked", gettext_noop("Name, kind and country agree with a public register or law."), first=True),
    Line(
        VERIFIED,
        gettext_noop(
            "The first admin is who the letter names: called at a number that does not come from the letter or a mail."
        ),
    ),
    Line("contacts_called", gettext_noop("The technical, legal and duty contacts answer where the letter says.")),
)
SUSPENSION = (
    Line("told_its_duty_contact", gettext_noop("The duty contact was called, and told since when and why.")),
    Line("told_its_legal_contact", gettext_noop("The legal contact has it in writing, with the day of the review.")),
    Line("told_the_members", gettext_noop("The members know from which day on it is told nothing of the network.")),
    Line("review_set", gettext_noop("The day on which it is looked at again stands in the secretariat's calendar.")),
)
REINSTATEMENT = (
    Line("reason_gone", gettext_noop("What led to the suspension is mended, and it is written down how."), first=True),
    Line("told_the_members", gettext_noop("The members know from which day on it is told of the network again.")),
)
EXIT = (
    Line("letter_of_exit", gettext_noop("Its letter is there, signed by who may sign for it."), first=True),
    Line(
        "roles_handed_over",
        gettext_noop("It says that it coordinates no deal any more, or has named to whom that passed."),
        first=True,
    ),
    Line("rows_taken_along", gettext_noop("It has its own rows as files, and the heads of the log it needs to check.")),
    Line("systems_revoked", gettext_noop("It says that its partner systems are revoked and its webhooks are off.")),
    Line("people_suspended", gettext_noop("It says which of its people stay, for the deals in which it stays.")),
    Line("told_the_members", gettext_noop("The members know the day.")),
)

# By the kind of the change (models/admission.py).
OF_CHANGES = {"suspension": SUSPENSION, "reinstatement": REINSTATEMENT, "exit": EXIT}
