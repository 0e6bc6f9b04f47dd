"""Deals, their tranches and parties as the asker sees them."""

from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Greatest, JSONObject

from deals.models import Company, Deal, DealRole, Party, Project, RoleKind, Tranche
from deals.selectors.parts import SOURCE, money, source, texts, visible
from institutions.isolation import moment
from institutions.models import State
from institutions.selectors.reading import Reading, Row, Rows, Shape, instant, versioned

_DEAL = ("id", "slug", "name", "code_name", "origin", "status", "source_word", "level", "announced_on",
         "announced_precision", "demo")  # fmt: skip


def _deals() -> Rows:
    roles = DealRole.objects.filter(deal=OuterRef("pk")).exclude(state=State.REJECTED)
    latest = roles.order_by().values("deal").annotate(at=Max("updated_at")).values("at")
    found: Rows = Deal.objects.values(
        *_DEAL,
        *SOURCE,
        "owner_id", "network_id", "target_amount", "target_currency", "told_at",
        seen_project=visible(Project, "project_id"),
        seen_borrower=visible(Company, "borrower_id"),
        seen_before=visible(Deal, "supersedes_id"),
        roles=ArraySubquery(
            roles.order_by("role", "since", "institution_id").values(
                json=JSONObject(
                    id="id",
                    institution="institution_id",
                    role="role",
                    tranche="tranche_id",
                    since="since",
                    until="until",
                    state="state",
                )
            )
        ),
        changed_at=Greatest(F("updated_at"), Subquery(latest)),
    )  # fmt: skip
    return found


def _deal(row: Row) -> Shape:
    return versioned(
        {
            **texts(row, "id", "slug", "name", "code_name"),
            "network": row["network_id"],
            "project": row["seen_project"],
            "registrar": row["owner_id"],
            "borrower": row["seen_borrower"],
            **texts(row, "origin", "status", "source_word", "level"),
            "target": money(row["target_amount"], row["target_currency"]),
            **texts(row, "announced_on", "announced_precision", "roles"),
            "supersedes": row["seen_before"],
            "source": source(row),
            "demo": row["demo"],
            "updated_at": instant(row["changed_at"]),
        }
    )


_TRANCHE = ("id", "origin", "level", "name", "currency", "seniority", "purpose", "tenor_months", "grace_months",
            "repayment", "availability_ends_on", "pricing_note", "demo")  # fmt: skip


def _tranches() -> Rows:
    found: Rows = Tranche.objects.values(
        *_TRANCHE, "amount", "told_at", "updated_at", seen_deal=visible(Deal, "deal_id")
    )
    return found


def _tranche(row: Row) -> Shape:
    return versioned(
        {
            "id": row["id"],
            "deal": row["seen_deal"],
            **texts(row, "name", "currency"),
            "amount": money(row["amount"], row["currency"]),
            **texts(row, "seniority", "purpose", "tenor_months", "grace_months", "repayment"),
            **texts(row, "availability_ends_on", "pricing_note", "origin", "level", "demo"),
            "updated_at": instant(row["updated_at"]),
        }
    )


_PARTY = ("id", "origin", "level", "invited_on", "left_on", "state", "demo")
_NDA = ("nda_company", "nda_version", "nda_signed_on", "nda_expires_on")


def _parties() -> Rows:
    found: Rows = Party.objects.values(
        *_PARTY, *_NDA, "institution_id", "told_at", "updated_at", seen_deal=visible(Deal, "deal_id")
    )
    return found


def _party(row: Row) -> Shape:
    nda = {name.removeprefix("nda_"): row[name] for name in _NDA}
    return versioned(
        {
            "id": row["id"],
            "deal": row["seen_deal"],
            "institution": row["institution_id"],
            "invited_on": row["invited_on"],
            "nda": nda if row["nda_signed_on"] else None,
            **texts(row, "left_on", "state", "origin", "level", "demo"),
            "updated_at": instant(row["updated_at"]),
        }
    )


def taken_over_by(deal: Deal) -> Deal | None:
    """The registered deal that took a published one over, where the asker sees one."""
    return Deal.objects.filter(supersedes=deal).order_by("-told_at", "pk").first()


DEALS = Reading("deal", _deals, _deal)
TRANCHES = Reading("tranche", _tranches, _tranche)
PARTIES = Reading("party", _parties, _party)


def leads(institution: UUID, deal_id: UUID) -> bool:
    """Whether an institution is the deal's registrar, or a confirmed coordinator whose role is in force today."""
    return led_by(institution).filter(pk=deal_id).exists()


def led_by(institution: UUID) -> QuerySet[Deal]:
    """The deals of which an institution is the registrar, or a confirmed coordinator whose role is in force today: from
    its first day, and no more on the day on which it ends (as deals.role_reaches lets in)."""
    today = moment.today()
    coordinates = DealRole.objects.filter(
        Q(since=None) | Q(since__lte=today),
        Q(until=None) | Q(until__gt=today),
        deal=OuterRef("pk"),
        institution=institution,
        role=RoleKind.COORDINATOR,
        state=State.CONFIRMED,
    )
    return Deal.objects.filter(Q(owner=institution) | Exists(coordinates))
