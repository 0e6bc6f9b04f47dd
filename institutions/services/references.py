"""Giving objects the names that they have in a partner's own systems."""

from uuid import UUID

from django.contrib.postgres.functions import TransactionNow
from django.db import connection, transaction
from django.utils.translation import gettext_noop

from institutions.constraints import rules_hold
from institutions.isolation.sealing import digests
from institutions.models import Client, ExternalReference, Staff, Standing
from institutions.permissions import Permission
from institutions.refusals import NotFound, Refusal
from institutions.services.acting import must


class NamedSoAlready(Refusal):
    code = "external_reference_once"
    says = gettext_noop("Your institution calls this object so already. Leave it as it is.")
    status = 409


class ReferenceEnded(Refusal):
    code = "reference_ended"
    says = gettext_noop("This reference was taken off already. Attach it anew to use it again.")
    status = 409


@transaction.atomic
def attach_reference(*, by: Staff | Client, table: str, object_id: UUID, scheme: str, value: str) -> ExternalReference:
    """Names an object as one's own systems do. Anybody who sees the object may; nobody else is told.

    Raises NotFound for an object that the actor does not see, NamedSoAlready.
    """
    must(by, Permission.READ, "name an object as your own systems do")
    if not Standing.objects.filter(row_id=object_id, table=table).exists():
        raise NotFound(what="object", pointer="/object/id")
    same = ExternalReference.objects.filter(scheme=scheme, value=value, object_id=object_id, ended_at__isnull=True)
    if same.exists():
        raise NamedSoAlready(pointer="/value")
    with rules_hold():
        return ExternalReference.objects.create(
            owner_id=by.institution_id, table=table, object_id=object_id, scheme=scheme, value=value
        )


@transaction.atomic
def end_reference(*, by: Staff | Client, reference: ExternalReference) -> None:
    """Takes the name off; the object stays as it is."""
    must(by, Permission.READ, "take a reference off")
    if reference.owner_id != by.institution_id:
        raise NotFound(what="external_reference")
    if ExternalReference.objects.filter(pk=reference.pk, ended_at__isnull=True).update(ended_at=TransactionNow()) != 1:
        raise ReferenceEnded
    reference.refresh_from_db()


def hold_name(*, by: Staff | Client, scheme: str, value: str) -> None:
    """Until the transaction ends nobody else of the institution makes an object of this name; nor does one whose server
    has taken up another key already, or not yet."""
    locks = sorted(int(each[:16], 16) - 2**63 for each in digests(f"{by.institution_id} {scheme}:{value}"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(each) FROM unnest(%s::bigint[]) each", [locks])
