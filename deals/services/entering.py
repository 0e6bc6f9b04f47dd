"""Rows that are entered many at a time: each through the service that registers a single one, with its permissions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.utils.text import slugify

from deals.lifecycle import FIRST_STAGES, STAGES, Class
from deals.models import Commitment, Company, Deal, Instrument, Mineral, Project, Qualifier, Tranche
from deals.money import Money
from deals.services.commitments import register_commitment
from deals.services.covers import promise_together
from deals.services.deals import register_deal
from deals.services.moves import move_commitment
from deals.services.projects import ProjectDraft, network_for, register_project
from deals.services.registering import Drawn, draw_up
from deals.services.sizes import SizeDraft
from institutions.isolation.levels import Level
from institutions.models import Client, Confidential, Network, Staff
from institutions.refusals import NotFound

_TEXTS = ("reference", "account", "on_behalf_of", "via", "note")


@dataclass
class Entering:
    """What the drafts name, fetched once for all of them; a row that went out of sight since is refused as missing."""

    by: Staff | Client
    _rows: dict[type[Model], dict[UUID, Any]] = field(default_factory=dict)
    _slugs: set[str] | None = None
    _network: Network | None = None

    def enter(self, kind: str, draft: Mapping[str, Any]) -> Confidential:
        """One row. Raises the Refusal of its service."""
        return {"projects": self._project, "deals": self._deal, "commitments": self._commitment}[kind](draft)

    def promise(self, commitments: list[Commitment], figure: Mapping[str, str]) -> Confidential:
        """One figure for several commitments."""
        return promise_together(
            by=self.by,
            commitments=commitments,
            money=Money(Decimal(figure["amount"]), figure["currency"]),
            qualifier=Qualifier(figure["qualifier"]),
        )

    def draw_up(self, draft: Mapping[str, Any]) -> Drawn:
        """What registering the commitment of a draft writes; of one that waits for nobody (`waits`)."""
        return draw_up(by=self.by, **self._stated(draft))

    def look_up(self, drafts: Iterable[Mapping[str, Any]]) -> None:
        """Fetches what the drafts name: a question for each kind of row."""
        drafts = list(drafts)
        named: dict[type[Model], set[str]] = {
            Deal: {draft["deal"] for draft in drafts if draft.get("deal")},
            Tranche: {draft["tranche"] for draft in drafts if draft.get("tranche")},
            Project: {draft["project"] for draft in drafts if draft.get("project")},
            Company: {draft["borrower"] for draft in drafts if draft.get("borrower")},
            Mineral: {key for draft in drafts for key in draft.get("minerals", ())},
        }
        for model, keys in named.items():
            self._rows[model] = model._default_manager.in_bulk([UUID(key) for key in keys]) if keys else {}

    def _named(self, model: type[Model], key: str | None, pointer: str) -> Any:
        if not key:
            return None
        found = self._rows.get(model, {}).get(UUID(key))
        if found is None:
            raise NotFound(what=str(model._meta.verbose_name), pointer=pointer)
        return found

    def _where(self) -> Network:
        if self._network is None:
            self._network = network_for(self.by.institution, None)
        return self._network

    def _project(self, draft: Mapping[str, Any]) -> Project:
        return register_project(
            by=self.by,
            network=self._where(),
            draft=ProjectDraft(
                name=draft["name"],
                country=draft["country"],
                aliases=tuple(draft["aliases"]),
                region=draft["region"],
                latitude=Decimal(draft["latitude"]) if draft["latitude"] else None,
                longitude=Decimal(draft["longitude"]) if draft["longitude"] else None,
                chain_stages=tuple(draft["chain_stages"]),
                minerals={self._named(Mineral, key, "/minerals"): False for key in draft["minerals"]},
            ),
        )

    def _deal(self, draft: Mapping[str, Any]) -> Deal:
        target = draft["target"]
        return register_deal(
            by=self.by,
            network=self._where(),
            slug=self._slug(draft["name"]),
            name=draft["name"],
            code_name=draft["code_name"],
            project=self._named(Project, draft["project"], "/project"),
            borrower=self._named(Company, draft["borrower"], "/borrower"),
            target=Money(Decimal(target["amount"]), target["currency"]) if target else None,
        )

    def _slug(self, name: str) -> str:
        if self._slugs is None:
            own = Deal.objects.filter(owner_id=self.by.institution_id)
            self._slugs = set(own.values_list("slug", flat=True))
        base, number = slugify(name)[:70].strip("-") or "deal", 1
        while (found := base if number == 1 else f"{base}-{number}") in self._slugs:
            number += 1
        self._slugs.add(found)
        return found

    def _commitment(self, draft: Mapping[str, Any]) -> Commitment:
        """At its stage where that is indicative; what is conditional or firm waits at `enquiry` for an approver."""
        stated = self._stated(draft)
        made = register_commitment(by=self.by, **stated)
        if STAGES[draft["stage"]].cls is not Class.INDICATIVE:
            move_commitment(
                by=self.by,
                commitment=made,
                to=draft["stage"],
                tranche=stated["tranche"],
                valid_until=stated["valid_until"],
                agreement_reference=draft["agreement_reference"],
                signed_on=_day(draft["signed_on"]),
            )
        return made

    def _stated(self, draft: Mapping[str, Any]) -> dict[str, Any]:
        stage, size = draft["stage"], draft["size"]
        indicative = STAGES[stage].cls is Class.INDICATIVE
        return {
            "tranche": self._named(Tranche, draft["tranche"], "/tranche"),
            "deal": self._named(Deal, draft["deal"], "/deal"),
            "instrument": Instrument(draft["instrument"]),
            "stage": stage if indicative else "enquiry",
            # What is signed is told at least to the lead.
            "level": Level.LEAD if draft["signed_on"] and not indicative else Level.OWN,
            "valid_until": _day(draft["valid_until"]),
            "size": SizeDraft(Money(Decimal(size["amount"]), size["currency"]), Qualifier(size["qualifier"]))
            if size
            else None,
            **{name: draft[name] for name in _TEXTS},
        }


def waits(draft: Mapping[str, Any]) -> bool:
    """Whether the commitment of a draft is entered by itself: an approver is asked, or its figure is of several."""
    return draft["stage"] not in FIRST_STAGES or bool(draft["joint"])


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
