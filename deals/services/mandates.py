"""Stating what an institution may finance. A version is never rewritten: a later one of its name supersedes it."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from deals.models import MOST_COUNTRIES, Mandate, Mineral
from deals.sentences.summaries import summarised
from deals.services.projects import network_for, tell
from institutions.isolation.levels import Level
from institutions.models import Approval, Client, Network, Staff
from institutions.permissions import Permission
from institutions.refusals import Refusal, Stale, Unmet
from institutions.services.acting import must

FURTHEST = timedelta(days=5 * 365)


class NotYourMandate(Refusal):
    code = "not_your_mandate"
    says = gettext_noop("Only {owner} may change this mandate. State your own institution's.")
    status = 403


class LaterVersionThere(Refusal):
    code = "later_version_there"
    says = gettext_noop(
        "There is a version of this mandate from {since} on. A new one begins on that day or later; give such a day."
    )


class EndedAlready(Refusal):
    code = "mandate_ended"
    says = gettext_noop(
        "This version ends on {day} already. An end is moved forward only; state a new version instead."
    )
    status = 409


@dataclass(frozen=True)
class MandateDraft:
    """A version as its institution words it. An empty list or none: it does not ask for that."""

    name: str
    since: date
    minerals: tuple[Mineral, ...] = ()
    chain_stages: tuple[str, ...] = ()
    earliest_stage: str = ""
    countries: tuple[str, ...] = ()
    countries_out: tuple[str, ...] = ()
    instruments: tuple[str, ...] = ()
    ticket_from: Decimal | None = None
    ticket_to: Decimal | None = None
    currency: str = ""
    longest_tenor_months: int | None = None
    link_country: str = ""
    links: tuple[str, ...] = field(default=())
    basis: str = ""


@transaction.atomic
def state_mandate(
    *,
    by: Staff | Client,
    draft: MandateDraft,
    network: Network | None = None,
    level: Level = Level.OWN,
    demo: bool = False,
    inferred: bool = False,
) -> Mandate:
    """A version at `own`, in force from its day on; told further once an approver confirms.

    Raises Unmet naming all that is wrong with it, and LaterVersionThere.
    """
    must(by, Permission.MANDATES_WRITE, "state what the institution may finance")
    where = network_for(by.institution, network)
    if wrong := lacking(draft):
        raise Unmet(wrong)
    latest = Mandate.objects.filter(owner_id=by.institution_id, name=draft.name).aggregate(at=Max("since"))["at"]
    if latest and latest > draft.since:
        raise LaterVersionThere(since=latest, pointer="/since")
    made = Mandate.objects.create(
        owner_id=by.institution_id,
        network=where,
        name=draft.name,
        since=draft.since,
        minerals=sorted(mineral.pk for mineral in draft.minerals),
        chain_stages=list(draft.chain_stages),
        earliest_stage=draft.earliest_stage,
        countries=sorted(draft.countries),
        countries_out=sorted(draft.countries_out),
        instruments=list(draft.instruments),
        ticket_from=draft.ticket_from,
        ticket_to=draft.ticket_to,
        currency=draft.currency,
        longest_tenor_months=draft.longest_tenor_months,
        link_country=draft.link_country,
        links=list(draft.links),
        basis=draft.basis,
        inferred=inferred,
        demo=demo,
    )
    if level is not Level.OWN:
        tell_mandate(by=by, mandate=made, level=level)
    return made


@transaction.atomic
def tell_mandate(*, by: Staff | Client, mandate: Mandate, level: Level) -> Approval | None:
    """Tells a version as far as `level`: narrower at once, wider when the returned approval is confirmed."""
    must(by, Permission.MANDATES_WRITE, "say how far a mandate is told")
    _own(by, mandate)
    summary = summarised("Tell {level} of the mandate {mandate}", level=level.value, mandate=mandate)
    return tell(by=by, row=mandate, level=level, summary=summary)


@transaction.atomic
def end_mandate(*, by: Staff | Client, mandate: Mandate, on: date) -> None:
    """Its last day. Raises EndedAlready where it ends sooner, and Unmet for a day before it began."""
    must(by, Permission.MANDATES_WRITE, "end a mandate")
    _own(by, mandate)
    if on < mandate.since:
        raise Unmet({"/ended_on": _("It began on %(day)s: give that day or a later one.") % {"day": mandate.since}})
    if mandate.ended_on and mandate.ended_on < on:
        raise EndedAlready(day=mandate.ended_on, pointer="/ended_on")
    if Mandate.objects.filter(pk=mandate.pk, owner_id=by.institution_id).update(ended_on=on) != 1:
        raise Stale


def lacking(draft: MandateDraft) -> dict[str, str]:
    """All that does not fit together, by the field it concerns; the table's constraints say the same."""
    wrong: dict[str, str] = {}
    low, high = draft.ticket_from, draft.ticket_to
    if any(amount is not None and amount <= 0 for amount in (low, high)):
        wrong["/ticket_from"] = _("A ticket is more than nothing. Leave out a limit that there is not.")
    elif low is not None and high is not None and high < low:
        wrong["/ticket_to"] = _("The largest ticket is not below the smallest. Exchange them, or leave one out.")
    if (low is None and high is None) is not (draft.currency == ""):
        wrong["/currency"] = _("Give a ticket with its currency, or neither.")
    for name, named in (("countries", draft.countries), ("countries_out", draft.countries_out)):
        if len(named) > MOST_COUNTRIES:
            wrong[f"/{name}"] = _("Name at most 60 countries; of more, name those left out.")
    if both := sorted({*draft.countries} & {*draft.countries_out}):
        wrong["/countries_out"] = _("%(countries)s cannot be both in and out. Name each once.") % {
            "countries": ", ".join(both)
        }
    if bool(draft.link_country) is not bool(draft.links):
        wrong["/link_country"] = _(
            "Give the country of the national interest with what ties a project to it, or neither."
        )
    if draft.since > timezone.now().date() + FURTHEST:
        wrong["/since"] = _("A mandate is stated at most five years ahead.")
    return wrong


def _own(by: Staff | Client, mandate: Mandate) -> None:
    if mandate.owner_id != by.institution_id:
        raise NotYourMandate(owner=mandate.owner.short_name)
