"""Admission of an institution: prepared on a nomination letter by one person of the secretariat, confirmed by another,
and opened by a third act, when the first admin was verified out of band (isolation/sql/9_members.sql)."""

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_noop

from institutions.checklists import VERIFIED
from institutions.constraints import rules_hold
from institutions.isolation.ids import new_id
from institutions.isolation.session import System, acting_as
from institutions.models import (
    AccountMail,
    Admission,
    Approval,
    Checkmark,
    Contact,
    Institution,
    Membership,
    MembershipStatus,
    Network,
    Occasion,
    Staff,
    State,
)
from institutions.permissions import Permission, Role
from institutions.refusals import Forbidden, NotFound, Refusal
from institutions.services import approvals
from institutions.services.account_mail import invite_by_mail
from institutions.services.acting import must
from institutions.services.rows import hold

# Of one first admin, within a day.
MOST_INVITATIONS = 3


class MemberAlready(Refusal):
    code = "member_already"
    says = gettext_noop("{name} has this standing in the network already. Leave it, or suspend or end it first.")
    status = 409


class AdmissionWaits(Refusal):
    code = "admission_waits"
    says = gettext_noop("An admission of {name} waits already. Have it confirmed or rejected first.")
    status = 409


class NameTaken(Refusal):
    code = "name_taken"
    says = gettext_noop("An institution called {name} stands in the registry. Choose it instead of making another.")
    status = 409


class BeforeItBegan(Refusal):
    code = "before_it_began"
    says = gettext_noop("This standing began on {since}. Give that day or a later one.")


class InvitedEnough(Refusal):
    code = "invited_enough"
    says = gettext_noop(
        "{name} was mailed {most} times since yesterday. Call them, and ask whether mail comes through."
    )
    status = 429


class NotConfirmed(Refusal):
    code = "not_confirmed"
    says = gettext_noop("A second person has not confirmed this yet. Ask an approver of the secretariat.")
    status = 409


class NotVerified(Refusal):
    code = "not_verified"
    says = gettext_noop(
        "Nobody has verified {name} yet. Another person than the one who prepared it calls them, at a number that does "
        "not come from the letter, and marks the line."
    )
    status = 409


class HasPeople(Refusal):
    code = "has_people"
    says = gettext_noop("{name} has people here already: its own admin invites others.")
    status = 409


@dataclass(frozen=True)
class Person:
    name: str
    email: str
    phone: str


@dataclass(frozen=True)
class Nomination:
    """What the letter says. `institution` where it stands in the registry already; else its facts are the letter's."""

    network: Network
    status: MembershipStatus
    since: date
    letter_from: str
    letter_on: date
    letter_digest: str
    admin: Person
    # By the kind.
    contacts: dict[str, Person]
    institution: Institution | None = None
    name: str = ""
    short_name: str = ""
    kind: str = ""
    country: str = ""
    lei: str = ""
    website: str = ""


def slug_of(what: Nomination | Admission, member: UUID) -> str:
    """How addresses name it. Names in other alphabets have no sign that stands in one."""
    return slugify(what.name)[:80] or slugify(what.short_name)[:80] or str(member)


def must_keep_members(by: Staff) -> None:
    """Raises Forbidden: memberships are the secretariat's alone."""
    if not by.institution.is_secretariat:
        raise Forbidden(act=gettext_noop("keep memberships"), needs=gettext_noop("a person of the secretariat"))


def must_answer(by: Staff) -> None:
    """Raises Forbidden for who only looks on, or keeps accounts."""
    must_keep_members(by)
    if not by.may(Permission.MEMBERS_MANAGE) and not by.may(Permission.COMMITMENTS_APPROVE):
        raise Forbidden(
            act=gettext_noop("let in a first admin"), needs=gettext_noop("an officer or an approver of the secretariat")
        )


@transaction.atomic
def prepare_admission(*, by: Staff, nomination: Nomination) -> Admission:
    """An admission that waits for another person of the secretariat. Raises Forbidden, AdmissionWaits, MemberAlready,
    NameTaken, and what the database refuses."""
    must_keep_members(by)
    must(by, Permission.MEMBERS_MANAGE, gettext_noop("admit institutions"))
    given = nomination
    known = given.institution
    name = known.name if known else given.name
    member = known.pk if known else new_id()
    if known is None and Institution.objects.filter(Q(slug=slug_of(given, member)) | Q(name__iexact=name)).exists():
        raise NameTaken(name=name, pointer="/name")
    began = _open(known.pk, given.network).first() if known else None
    if began and given.since < began.since:
        raise BeforeItBegan(since=began.since, pointer="/since")
    if began and began.status == given.status:
        raise MemberAlready(name=name, pointer="/institution")
    if Admission.objects.filter(name=name, network=given.network, state=State.PREPARED).exists():
        raise AdmissionWaits(name=name)
    with rules_hold():
        made = Admission.objects.create(
            owner_id=by.institution_id,
            network=given.network,
            member=member,
            status=given.status.value,
            since=given.since,
            name=name,
            short_name=known.short_name if known else given.short_name,
            kind=known.kind if known else given.kind,
            country=known.country if known else given.country,
            lei=known.lei if known else given.lei,
            website=known.website if known else given.website,
            letter_from=given.letter_from,
            letter_on=given.letter_on,
            letter_digest=given.letter_digest,
            admin_name=given.admin.name,
            admin_email=given.admin.email.lower(),
            admin_phone=given.admin.phone,
            contacts={kind: asdict(person) for kind, person in given.contacts.items()},
            demo=by.demo,
        )
    approvals.prepare(
        by=by,
        subject=made,
        deal_id=None,
        asks={"states": {str(made.pk): State.CONFIRMED.value}},
        summary=f"Admit {made.short_name} to {made.network.name} as {made.status}",
    )
    return made


def carry_out_admission(approval: Approval) -> None:
    """Makes the institution, where it is new, and its membership."""
    if approval.table != Admission._meta.db_table:
        return
    row = Admission.objects.select_related("network").get(pk=approval.row_id)
    with rules_hold():
        if not Institution.objects.filter(pk=row.member).exists():
            Institution.objects.create(
                id=row.member, slug=slug_of(row, row.member), name=row.name, short_name=row.short_name, kind=row.kind,
                country=row.country, lei=row.lei, website=row.website,
                source=f"Nomination letter of {row.letter_on}",
            )  # fmt: skip
        _open(row.member, row.network).update(until=row.since)
        Membership.objects.create(
            institution_id=row.member, network=row.network, status=row.status, since=row.since,
            basis=f"Admitted on a nomination letter of {row.letter_on}",
        )  # fmt: skip


@transaction.atomic
def invite_first_admin(*, by: Staff, admission: Admission) -> Staff:
    """The account of the admin whom the letter names, and the institution's contacts: a mail lets the admin in.

    Raises NotConfirmed, NotVerified, HasPeople, and what the database refuses.
    """
    must_answer(by)
    hold(admission)
    if admission.state != State.CONFIRMED:
        raise NotConfirmed
    if not Checkmark.objects.filter(subject=admission.pk, line=VERIFIED).exists():
        raise NotVerified(name=admission.admin_name)
    if Staff.objects.filter(institution=admission.member).exists():
        raise HasPeople(name=admission.short_name)
    with rules_hold():
        person = Staff.objects.create_user(
            admission.admin_email, None, institution_id=admission.member, name=admission.admin_name,
            role=Role.INSTITUTION_ADMIN.value, demo=by.demo, language=by.language, time_zone=by.time_zone,
        )  # fmt: skip
        # The contacts are the institution's own from here on; until its admin came in nobody else can write them.
        with acting_as(System("admission", admission.member)):
            for kind, facts in admission.contacts.items():
                Contact.objects.create(
                    owner_id=admission.member, secretariat_id=by.institution_id, kind=kind, demo=by.demo, **facts
                )
    invite_by_mail(person)
    return person


@transaction.atomic
def invite_again(*, by: Staff, admission: Admission) -> None:
    """The mail once more, while the first admin has never come in. Raises NotFound, and InvitedEnough: nobody's letter
    box is filled from here."""
    must_answer(by)
    hold(admission)
    person = first_admin(admission)
    if person is None or person.last_login:
        raise NotFound(what="invitation")
    lately = AccountMail.objects.filter(
        person=person, occasion=Occasion.INVITED, made_at__gt=timezone.now() - timedelta(days=1)
    )
    if lately.count() >= MOST_INVITATIONS:
        raise InvitedEnough(name=person.name, most=MOST_INVITATIONS)
    invite_by_mail(person)


def first_admin(admission: Admission) -> Staff | None:
    """The account that this admission led to."""
    return Staff.objects.filter(institution=admission.member, email=admission.admin_email).first()


def _open(member: UUID, network: Network) -> QuerySet[Membership]:
    return Membership.objects.filter(institution=member, network=network, until=None)
