"""Teasers: chosen facts of a deal under its code name, released to one institution at a time.

Whether that institution is in the deal already is not looked at: it works the same and says the same.
"""

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from deals.models import Deal, Interest, Mineral, Teaser, TeaserOrigin, TeaserReply
from deals.selectors.teasers import may_be_told
from deals.sentences.summaries import summarised
from deals.services.inviting import registrar
from institutions.constraints import rules_hold
from institutions.isolation.levels import Level
from institutions.models import Approval, Client, Institution, Staff
from institutions.permissions import Permission
from institutions.refusals import NotFound, Refusal
from institutions.services import approvals
from institutions.services.acting import must
from institutions.services.rows import hold


class NoCodeName(Refusal):
    code = "no_code_name"
    says = gettext_noop("A teaser goes out under the deal's code name, and it has none. Give the deal one first.")


class NotOfTheNetwork(Refusal):
    code = "not_of_the_network"
    says = gettext_noop("A teaser is released to another member or observer of the deal's network. Choose one of them.")


class EndsInThePast(Refusal):
    code = "in_past"
    says = gettext_noop("A teaser is released until a day to come, at most a year ahead. Give such a day.")


class NoSuchMineral(Refusal):
    code = "unknown_code"
    says = gettext_noop("There is no mineral '{code}'. Choose from the code list of minerals.")


class NothingTold(Refusal):
    code = "nothing_told"
    says = gettext_noop("A teaser tells something of the deal. Choose one fact at least.")


class NothingToTell(Refusal):
    code = "no_target"
    says = gettext_noop("The deal has no target to tell. State it first, or leave it out.")


class NotTheOwner(Refusal):
    code = "not_yours"
    says = gettext_noop("Only the institution that released this teaser ends it. Your own word on it is a reply.")
    status = 403


class TeaserEnded(Refusal):
    code = "teaser_ended"
    says = gettext_noop("This teaser has ended already. Release another one.")
    status = 409


class NotAddressed(Refusal):
    code = "not_addressed"
    says = gettext_noop("Only the institution that a teaser is addressed to replies to it. Wait for its word.")
    status = 403


@dataclass(frozen=True)
class Facts:
    """What may stand in a teaser; what is left empty is not told. All of it is its owner's own choice of words."""

    minerals: tuple[str, ...] = ()
    place: str = ""
    stage: str = ""
    words: str = ""
    instruments: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()


@transaction.atomic
def release_teaser(
    *,
    by: Staff | Client,
    deal: Deal,
    to: Institution,
    until: date,
    reply_to: str,
    facts: Facts,
    tell_target: bool = False,
) -> Teaser:
    """Prepares a teaser, which is told when an approver confirms, until the end of a day (UTC).

    Raises NoCodeName, NotOfTheNetwork, EndsInThePast, NoSuchMineral, NothingTold, NothingToTell.
    """
    must(by, Permission.DEALS_WRITE, "release a teaser")
    registrar(by, deal)
    today = timezone.now().date()
    if not deal.code_name:
        raise NoCodeName(pointer="/code_name")
    if not today <= until <= today + timedelta(days=366):
        raise EndsInThePast(pointer="/until")
    if not may_be_told(deal, today).filter(pk=to.pk).exists():
        raise NotOfTheNetwork(pointer="/to")
    if not (tell_target or any(asdict(facts).values())):
        raise NothingTold
    if tell_target and deal.target_amount is None:
        raise NothingToTell(pointer="/tell_target")
    known = set(Mineral.objects.filter(slug__in=facts.minerals).values_list("slug", flat=True))
    if unknown := [code for code in facts.minerals if code not in known]:
        raise NoSuchMineral(code=unknown[0], pointer="/minerals")
    told = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(facts).items()}
    with rules_hold():
        made = Teaser.objects.create(
            owner_id=deal.owner_id,
            to=to,
            code_name=deal.code_name,
            until=datetime.combine(until + timedelta(days=1), time.min, UTC),
            target=deal.target_amount if tell_target else None,
            currency=deal.target_currency if tell_target else "",
            reply_to=reply_to,
            demo=deal.demo,
            **told,
        )
        TeaserOrigin.objects.create(owner_id=deal.owner_id, deal=deal, teaser=made, demo=deal.demo)
    _lay_before(by, made, deal)
    return made


@transaction.atomic
def end_teaser(*, by: Staff | Client, teaser: Teaser) -> None:
    """From now on nobody but its owner sees it. Raises NotTheOwner, TeaserEnded."""
    must(by, Permission.DEALS_WRITE, "end a teaser")
    if teaser.owner_id != by.institution_id:
        raise NotTheOwner
    if not TeaserOrigin.objects.filter(teaser=teaser).exists():
        # Of a deal that the asker is kept out of by a deal team.
        raise NotFound(what="teaser")
    hold(teaser)
    now = timezone.now()
    if teaser.until <= now:
        raise TeaserEnded
    teaser.until = now
    # The audience that ends at this moment is made before the row takes it.
    teaser.prepare(Level.OWN)
    with rules_hold():
        Teaser.objects.filter(pk=teaser.pk).update(until=now)
    teaser.refresh_from_db()


@transaction.atomic
def reply_to_teaser(*, by: Staff | Client, teaser: Teaser, answer: Interest, note: str = "") -> TeaserReply:
    """The word of whom it is addressed to, which its owner sees; the last one holds. Raises NotAddressed."""
    must(by, Permission.DEALS_WRITE, "reply to a teaser")
    if teaser.to_id != by.institution_id:
        raise NotAddressed
    with rules_hold():
        made = TeaserReply.objects.create(
            owner_id=by.institution_id, teaser=teaser, to_id=teaser.owner_id, answer=answer, note=note, demo=teaser.demo
        )
    made.refresh_from_db()
    return made


def _lay_before(by: Staff | Client, made: Teaser, deal: Deal) -> Approval:
    return approvals.prepare(
        by=by,
        subject=made,
        deal_id=deal.pk,
        asks={"states": {str(made.pk): "confirmed"}},
        summary=summarised(
            "Release a teaser of {deal} to {institution} until {day}",
            deal=deal.code_name,
            institution=made.to.short_name,
            day=f"{made.until:%d %B %Y}",
        ),
    )
