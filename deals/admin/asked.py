"""What an approver is asked to confirm, in sentences made of what is asked and of the rows themselves."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from deals.admin.asked_returns import asked_of_returns
from deals.admin.asked_teasers import asked_of_teasers
from deals.admin.words import TOLD, words
from deals.models import (
    Allocation,
    AllocationAcceptance,
    AllocationLine,
    AnnualReturn,
    Condition,
    DealRole,
    Movement,
    Size,
)
from deals.money import figure
from deals.selectors.deal_page import price_in_words, size_in_words
from deals.sentences.joining import all_of
from deals.sentences.rows import movement_in_words, role_in_words
from deals.sentences.summaries import summary_in_words
from deals.sentences.words import listed
from deals.services.sizes import read_size
from institutions.isolation.levels import Level
from institutions.journal.naming import type_of
from institutions.models import Admission, Approval, Confidential, Institution, MembershipChange, Standing
from institutions.services.rows import by_kind


@dataclass(frozen=True)
class Known:
    """What several approvals name, read in a number of questions that they don't raise."""

    # By the row: what it is; by the institution: its name.
    kinds: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    # By the commitment: its size as it would stand.
    sizes: dict[UUID, str] = field(default_factory=dict)
    # By the row of the approval: its conditions, what a teaser tells, or what a return says.
    terms: dict[UUID, list[str]] = field(default_factory=dict)
    # By the approval: the prepared rows that would take effect.
    in_force: dict[UUID, list[str]] = field(default_factory=dict)


def known_of(found: list[Approval]) -> Known:
    # A teaser has no conditions, nor what has conditions a teaser; a return has neither.
    terms = _conditions(found) | asked_of_teasers(found) | asked_of_returns(found)
    return Known(_kinds(found), _named(found), _sizes(found), terms, _in_force(found))


def asked_of(approval: Approval, known: Known) -> list[str]:
    """What would happen."""
    asks = approval.asks
    said = [*_asked_of_stage(asks), *_asked_of_conditions(asks), *known.in_force.get(approval.pk, [])]
    for dates in asks.get("nda", {}).values():
        signed, expires = dates.split("/")
        says = _("Record the NDA signed %(signed)s, without an end.")
        if expires:
            says = _("Record the NDA signed %(signed)s, until %(expires)s.")
        said.append(says % {"signed": signed, "expires": expires})
    # What its preparer says that it comes to.
    said += [_("In the preparer's words: %(text)s") % {"text": summary_in_words(text)} for text in asks.get("says", ())]
    said += _asked_of_money(asks, known.sizes.get(approval.row_id, ""))
    if asks.get("merge"):
        said.append(_("Give your institution's word to the other owner that the two projects are one."))
        if len(asks["grants"]) > 1:
            said.append(_("Show the other owner your project, with its minerals and companies."))
    elif asks.get("grants"):
        said.append(_asked_of_grants(asks, known))
    if asks.get("ends"):
        said.append(_("Take down the wall around the deal: every colleague sees what your institution sees of it."))
    by_level: dict[str, list[str]] = {}
    for row, level in asks.get("levels", {}).items():
        by_level.setdefault(level, []).append(known.kinds.get(row, _("row")))
    for level, told in by_level.items():
        facts = {"things": _counted(told), "level": words(level), "told": TOLD[Level(level)]}
        said.append(_("Tell %(things)s to '%(level)s': %(told)s.") % facts)
    return [*said, *known.terms.get(approval.row_id, [])]


def _asked_of_stage(asks: dict[str, Any]) -> list[str]:
    if not (stage := asks.get("stage")):
        return []
    facts = {"stage": words(stage), "day": asks.get("on", _("today"))}
    said = [_("Move it to '%(stage)s' as of %(day)s.") % facts]
    for name, value in asks.get("facts", {}).items():
        said.append(_("%(name)s: %(fact)s.") % {"name": words(name.removesuffix("_id")), "fact": value})
    if reason := asks.get("reason"):
        said.append(_("Reason: %(reason)s") % {"reason": reason})
    return said


def _asked_of_conditions(asks: dict[str, Any]) -> list[str]:
    said = []
    for to in asks.get("conditions", {}).values():
        facts = {"state": words(to), "day": asks["on"], "reason": asks["reason"]}
        said.append(_("Have it %(state)s as of %(day)s. Reason: %(reason)s") % facts)
    for text in asks.get("adds", {}).values():
        due = asks["condition"]["due_on"]
        says = _("Add the condition precedent '%(text)s'.")
        if due:
            says = _("Add the condition precedent '%(text)s', due by %(due)s.")
        said.append(says % {"text": text, "due": due})
    return said


def _asked_of_money(asks: dict[str, Any], size: str) -> list[str]:
    said = []
    if wanted := asks.get("size"):
        says = _("Its size becomes: %(wanted)s (now %(size)s).") if size else _("Its size becomes: %(wanted)s.")
        said.append(says % {"wanted": _wanted_size(wanted), "size": size})
    elif size:
        said.append(_("Its size: %(size)s.") % {"size": size})
    if price := asks.get("price"):
        became = price_in_words(price["margin_bps"], price["fees"], price["premium"])
        said.append(_("Its price becomes: %(price)s.") % {"price": became})
    return said


def _asked_of_grants(asks: dict[str, Any], known: Known) -> str:
    grants, starts = asks["grants"], asks.get("starts")
    says = _("Show %(names)s %(things)s, until %(until)s UTC.")
    if starts:
        says = _("Show %(names)s %(things)s, from %(starts)s until %(until)s UTC.")
    return says % {
        "names": all_of(sorted({known.names.get(to, _("an institution")) for to in grants.values()})),
        "things": _counted([known.kinds.get(row, _("row")) for row in grants]),
        "starts": _minute(starts or ""),
        "until": _minute(asks["until"]),
    }


def _minute(written: str) -> str:
    return written[:16].replace("T", " ")


def _wanted_size(text: str) -> str:
    draft = read_size(text)
    if draft.money is None:
        return _("unknown")
    return _("%(amount)s (%(qualifier)s)") % {"amount": figure(draft.money), "qualifier": words(draft.qualifier)}


def _counted(names: list[str]) -> str:
    counted = {name: names.count(name) for name in sorted(names)}
    one, several = _("the %(kind)s"), _("%(count)s rows of kind %(kind)s")
    return all_of((one if n == 1 else several) % {"kind": name, "count": n} for name, n in counted.items())


def _sizes(found: list[Approval]) -> dict[UUID, str]:
    """The size of each commitment that an approval is about, as it would stand; one question for all."""
    rows = {approval.row_id for approval in found}
    sizes = Size.objects.select_related("joint").filter(commitment_id__in=rows) if rows else ()
    return {size.commitment_id: size_in_words(size) for size in sizes}


def _conditions(found: list[Approval]) -> dict[UUID, list[str]]:
    """The conditions of each commitment that would be moved, as they stand; one question for all."""
    rows = {approval.row_id for approval in found if approval.asks.get("stage")}
    said: dict[UUID, list[str]] = {}
    for row in Condition.objects.filter(commitment_id__in=rows) if rows else ():
        if row.commitment_id:
            shown = listed(text for text in (row.evidence, row.evidence_reference, row.reason) if text)
            says = _("Condition precedent, %(state)s: %(text)s.")
            if shown:
                says = _("Condition precedent, %(state)s: %(text)s (%(shown)s).")
            line = says % {"state": words(row.state), "text": row.text, "shown": shown}
            said.setdefault(row.commitment_id, []).append(line)
    return said


def _kinds(found: list[Approval]) -> dict[str, str]:
    """What each row is that an approval names; one question for all."""
    rows = {row for approval in found for part in ("levels", "grants") for row in approval.asks.get(part, {})}
    tables = Standing.objects.filter(row_id__in=rows).values_list("row_id", "table") if rows else ()
    return {str(row): words(type_of(table)) for row, table in tables}


def _named(found: list[Approval]) -> dict[str, str]:
    """Who would be named by grants; one question for all."""
    ids = {to for approval in found for to in approval.asks.get("grants", {}).values()}
    return {str(row.pk): row.short_name for row in Institution.objects.filter(pk__in=ids)} if ids else {}


def _in_force(found: list[Approval]) -> dict[UUID, list[str]]:
    """The prepared rows that would take effect, each in its own words; a question per table."""
    ids = [row for approval in found for row in approval.asks.get("states", ())]
    said: dict[str, str] = {}
    for model, rows in by_kind(ids) if ids else ():
        for row in _with_institution(model, rows):
            amount, currency = getattr(row, "amount", None), getattr(row, "currency", "")
            says = _("Put in force the %(kind)s: %(name)s.")
            if amount is not None:
                says = _("Put in force the %(kind)s: %(name)s, %(amount)s %(currency)s.")
            facts = {"kind": words(type_of(model._meta.db_table)), "name": _name(row), "currency": currency}
            said[str(row.pk)] = says % (facts | {"amount": f"{amount:f}" if amount is not None else ""})
    return {a.pk: [said[row] for row in a.asks.get("states", ()) if row in said] for a in found}


def _with_institution(model: type[Confidential], rows: list[UUID]) -> QuerySet[Any]:
    found: QuerySet[Any] = model._default_manager.filter(pk__in=rows)
    named = {each.name for each in model._meta.concrete_fields}
    return found.select_related("institution") if "institution" in named else found


def _name(row: Confidential) -> str:
    """Without a question for each: whom it is about where it says so, else its own words."""
    match row:
        case AnnualReturn():
            return _("Annual return of %(year)s") % {"year": row.year}
        case Admission():
            return row.short_name
        case MembershipChange():
            return row.institution.short_name
        case DealRole():
            return role_in_words(row)
        case Movement():
            return movement_in_words(row)
        case Allocation():
            return _("Allocation of %(tranche)s") % {"tranche": row.tranche}
        case AllocationLine():
            return _("Allocation to %(institution)s") % {"institution": row.institution}
        case AllocationAcceptance(answer="accepted"):
            return _("Accepted by %(owner)s") % {"owner": row.owner}
        case AllocationAcceptance():
            return _("Declined by %(owner)s") % {"owner": row.owner}
    return str(row.pk) if type(row).__str__ is Confidential.__str__ else str(row).replace("_", " ")
