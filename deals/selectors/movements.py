"""Movements, transfers and proposals as the asker sees them."""

from django.db.models import Case, DateTimeField, Exists, F, OuterRef, Subquery, When

from deals.models import Commitment, Deal, Movement, MovementProposal, Transfer
from deals.selectors.parts import Me, decimal, money, texts, visible
from institutions.models import State
from institutions.selectors.reading import Reading, Row, Rows, Shape, instant, versioned

_SUMS = ("committed_change", "drawn_change", "repaid_change")
_LINKS = ("pair", "reverses", "transfer", "proposal", "repays")


def _movements() -> Rows:
    found: Rows = Movement.objects.values(
        "id", "owner_id", "kind", "state", "amount", "currency", "effective_on", "reference", "rate", "level", "demo",
        "told_at", "updated_at", *_SUMS,
        # Its owner knows when it was recorded, others when they were told.
        known_at=Case(When(owner_id=Me(), then=F("recorded_at")), default=F("told_at"), output_field=DateTimeField()),
        seen_deal=visible(Deal, "deal_id"),
        seen_commitment=visible(Commitment, "commitment_id"),
        seen_pair=visible(Movement, "pair_id"),
        seen_reverses=visible(Movement, "reverses_id"),
        seen_transfer=visible(Transfer, "transfer_id"),
        seen_proposal=visible(MovementProposal, "proposal_id"),
        seen_repays=visible(Commitment, "repays_id"),
    )  # fmt: skip
    return found


def _movement(row: Row) -> Shape:
    return versioned(
        {
            "id": row["id"],
            "deal": row["seen_deal"],
            "commitment": row["seen_commitment"],
            "institution": row["owner_id"],
            **texts(row, "kind", "state"),
            "money": money(row["amount"], row["currency"]),
            "changes": {name.removesuffix("_change"): money(row[name], row["currency"]) for name in _SUMS},
            **texts(row, "effective_on", "reference"),
            "recorded_at": instant(row["known_at"]),
            "rate": decimal(row["rate"]),
            **{name: row[f"seen_{name}"] for name in _LINKS},
            **texts(row, "level", "demo"),
            "updated_at": instant(row["updated_at"]),
        }
    )


_NOTICE = ("id", "effective_on", "reference", "withdrawn_on", "demo")


def _transfers() -> Rows:
    # Either side sees its own movement of it.
    taken = Movement.objects.filter(transfer=OuterRef("pk"), state=State.CONFIRMED)
    found: Rows = Transfer.objects.values(
        *_NOTICE, "owner_id", "to_id", "amount", "currency", "state", "told_at", "updated_at",
        seen_deal=visible(Deal, "deal_id"),
        seen_commitment=visible(Commitment, "commitment_id"),
        taken=Exists(taken),
    )  # fmt: skip
    return found


def _transfer(row: Row) -> Shape:
    open_ = "taken_up" if row["taken"] else "withdrawn" if row["withdrawn_on"] else "open"
    return versioned(
        {
            "id": row["id"],
            "deal": row["seen_deal"],
            "commitment": row["seen_commitment"],
            "institution": row["owner_id"],
            "to": row["to_id"],
            "money": money(row["amount"], row["currency"]),
            "state": open_ if row["state"] == State.CONFIRMED else row["state"],
            **texts(row, *_NOTICE[1:]),
            "updated_at": instant(row["updated_at"]),
        }
    )


def _proposals() -> Rows:
    # Told to both sides: a lender's movement is addressed to who proposed it.
    confirmed = Movement.objects.filter(proposal=OuterRef("pk"), state=State.CONFIRMED)
    found: Rows = MovementProposal.objects.values(
        *_NOTICE, "owner_id", "to_id", "notice", "kind", "amount", "currency", "told_at", "updated_at",
        seen_deal=visible(Deal, "deal_id"),
        seen_commitment=visible(Commitment, "commitment_id"),
        movement=Subquery(confirmed.values("pk")[:1]),
    )  # fmt: skip
    return found


def _proposal(row: Row) -> Shape:
    return versioned(
        {
            "id": row["id"],
            "deal": row["seen_deal"],
            "commitment": row["seen_commitment"],
            "institution": row["owner_id"],
            "to": row["to_id"],
            **texts(row, "notice", "kind"),
            "money": money(row["amount"], row["currency"]),
            "state": "confirmed" if row["movement"] else "withdrawn" if row["withdrawn_on"] else "open",
            "movement": row["movement"],
            **texts(row, *_NOTICE[1:]),
            "updated_at": instant(row["updated_at"]),
        }
    )


MOVEMENTS = Reading("movement", _movements, _movement)
TRANSFERS = Reading("transfer", _transfers, _transfer)
PROPOSALS = Reading("movement_proposal", _proposals, _proposal)
