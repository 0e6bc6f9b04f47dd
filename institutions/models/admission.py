"""How an institution comes into a network and goes out of it: acts of the secretariat, each by two persons."""

from django.db import models
from django.db.models import Q

from institutions.isolation.levels import Level
from institutions.isolation.walls import ALWAYS, Parent
from institutions.isolation.walls import Confidential as Walled
from institutions.models.confidential import Confidential
from institutions.models.contact import ContactKind
from institutions.models.institution import Institution, Kind
from institutions.models.membership import MembershipStatus
from institutions.models.network import Network
from institutions.models.prepared import Prepared
from institutions.models.staff import Staff


class Admission(Prepared):
    """An institution that is to be let into a network, on its nomination letter.

    `member`: the id that it has, or will have when a second person confirms; it is in no list before. What stands here
    of persons is the letter's, and told to nobody but the secretariat.
    """

    wall = Walled(
        network="network_id",
        two_persons=ALWAYS,
        # All of it: another letter is another admission.
        fixed=(
            "member",
            "status",
            "since",
            "name",
            "short_name",
            "kind",
            "country",
            "lei",
            "website",
            "letter_from",
            "letter_on",
            "letter_digest",
            "admin_name",
            "admin_email",
            "admin_phone",
            "contacts",
        ),
    )

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="+")
    member = models.UUIDField(editable=False)
    status = models.CharField(max_length=20, choices=MembershipStatus)
    since = models.DateField()
    name = models.CharField(max_length=200)
    short_name = models.CharField(max_length=40)
    kind = models.CharField(max_length=40, choices=Kind)
    country = models.CharField(max_length=2)
    lei = models.CharField(max_length=20, blank=True)
    website = models.URLField(blank=True)
    letter_from = models.CharField(max_length=200, help_text="Who signed it, and in which function")
    letter_on = models.DateField()
    # SHA-256 of the file as it came: the letter stays in the secretariat's files, and cannot be exchanged there.
    letter_digest = models.CharField(max_length=64)
    admin_name = models.CharField(max_length=120)
    admin_email = models.EmailField()
    admin_phone = models.CharField(max_length=40)
    # By the kind: name, email and phone.
    contacts = models.JSONField()

    class Meta(Prepared.Meta):
        constraints = [
            *Prepared.Meta.constraints,
            models.CheckConstraint(name="admission_stays_own", condition=Q(level=Level.OWN.value)),
            models.CheckConstraint(
                name="admission_into_a_standing",
                condition=Q(status__in=[MembershipStatus.MEMBER.value, MembershipStatus.OBSERVER.value]),
            ),
            models.CheckConstraint(name="admission_of_no_secretariat", condition=~Q(kind=Kind.SECRETARIAT.value)),
            models.CheckConstraint(name="admission_country_is_iso3166", condition=Q(country__regex="^[A-Z]{2}$")),
            models.CheckConstraint(
                name="admission_lei_is_iso17442", condition=Q(lei="") | Q(lei__regex="^[A-Z0-9]{18}[0-9]{2}$")
            ),
            models.CheckConstraint(
                name="admission_letter_is_known_by_its_digest", condition=Q(letter_digest__regex="^[0-9a-f]{64}$")
            ),
            models.CheckConstraint(name="admission_letter_comes_first", condition=Q(letter_on__lte=models.F("since"))),
            models.CheckConstraint(
                name="admission_names_its_contacts", condition=Q(contacts__has_keys=ContactKind.values)
            ),
        ]

    def __str__(self) -> str:
        return f"Admission of {self.short_name}"


class ChangeKind(models.TextChoices):
    SUSPENSION = "suspension"
    REINSTATEMENT = "reinstatement"
    EXIT = "exit"


class MembershipChange(Prepared):
    """A membership that is suspended, taken up again or ended, from a day on."""

    wall = Walled(
        network="network_id",
        two_persons=ALWAYS,
        fixed=("institution_id", "kind", "becomes", "on", "reason"),
    )

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="+")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=ChangeKind)
    becomes = models.CharField(max_length=20, choices=MembershipStatus)
    on = models.DateField()
    reason = models.TextField()

    class Meta(Prepared.Meta):
        constraints = [
            *Prepared.Meta.constraints,
            models.CheckConstraint(name="membership_change_stays_own", condition=Q(level=Level.OWN.value)),
            models.CheckConstraint(name="membership_change_has_its_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="membership_change_becomes_what_it_is",
                condition=Q(kind=ChangeKind.SUSPENSION.value, becomes=MembershipStatus.SUSPENDED.value)
                | Q(kind=ChangeKind.EXIT.value, becomes=MembershipStatus.WITHDRAWN.value)
                | Q(
                    kind=ChangeKind.REINSTATEMENT.value,
                    becomes__in=[MembershipStatus.MEMBER.value, MembershipStatus.OBSERVER.value],
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.institution}"


class Checkmark(Confidential):
    """One line of a checklist, done: by whom, on which day, and what was found."""

    wall = Walled(parents=(Parent("subject", mine=True),), fixed=("subject", "line", "by_id", "on", "note"))

    # An admission or a change of a membership.
    subject = models.UUIDField(editable=False)
    line = models.CharField(max_length=40)
    # The database writes it: whoever acts.
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", null=True, editable=False)
    on = models.DateField()
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="checkmark_once", fields=["owner", "subject", "line"]),
            models.CheckConstraint(name="checkmark_stays_own", condition=Q(level=Level.OWN.value)),
        ]

    def __str__(self) -> str:
        return self.line
