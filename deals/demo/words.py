"""The files' words in the registry's: one table per column (data/ to domain §2 to §4)."""

from deals.models import ChainStage, DealStatus, DevelopmentStage, Instrument, RoleKind
from institutions.models import Function, Kind

KINDS: dict[str, Kind] = {kind.value: kind for kind in Kind} | {"multilateral_bank": Kind.MULTILATERAL_DEVELOPMENT_BANK}

# Only five codes were looked up at GLEIF; a code that merely has the right digits is no proof of whose it is.
LEI_BASES = {
    "": "",
    "gleif_data_2025-10": "GLEIF data, October 2025",
    "recalled_and_matched_in_public_code": "to be confirmed",
}

CHAIN_STAGES: dict[str, ChainStage] = {stage.value: stage for stage in ChainStage} | {"mining": ChainStage.EXTRACTION}

DEVELOPMENT_STAGES: dict[str, DevelopmentStage] = {stage.value: stage for stage in DevelopmentStage} | {
    "exploration": DevelopmentStage.EARLY_EXPLORATION,
    "PFS": DevelopmentStage.PREFEASIBILITY,
    "DFS": DevelopmentStage.FEASIBILITY,
}

DEAL_STATUSES = {
    "letters_of_interest": DealStatus.IN_MARKET,
    "conditionally_approved": DealStatus.IN_MARKET,
    "approved": DealStatus.DOCUMENTATION,
    "signed": DealStatus.DOCUMENTATION,
    "financial_close": DealStatus.CLOSED,
    "disbursing": DealStatus.CLOSED,
    "withdrawn": DealStatus.CANCELLED,
}

ROLES = {
    "lead": RoleKind.MANDATED_LEAD_ARRANGER,
    "participant": RoleKind.PARTICIPANT,
    "guarantor": RoleKind.GUARANTOR,
    "insurer": RoleKind.INSURER,
    "investor": RoleKind.INVESTOR,
}

# `insurance` is told apart by its note (notes.py).
INSTRUMENTS: dict[str, Instrument] = {instrument.value: instrument for instrument in Instrument} | {
    "insurance": Instrument.COMPREHENSIVE_INSURANCE,
    "offtake_prepay": Instrument.PREPAYMENT,
}

# What an institution does follows from what it did in the files, never from its kind.
FUNCTIONS = {
    Instrument.SENIOR_LOAN: Function.DIRECT_LENDER,
    Instrument.SUBORDINATED_LOAN: Function.DIRECT_LENDER,
    Instrument.EQUITY: Function.EQUITY_INVESTOR,
    Instrument.PREFERRED_EQUITY: Function.EQUITY_INVESTOR,
    Instrument.GRANT: Function.GRANT_MAKER,
    Instrument.GUARANTEE: Function.GUARANTOR,
    Instrument.UNTIED_LOAN_GUARANTEE: Function.GUARANTOR,
    Instrument.POLITICAL_RISK_INSURANCE: Function.INSURER,
    Instrument.COMPREHENSIVE_INSURANCE: Function.INSURER,
}

# Column of minerals.csv: the list and its version. A yes is a place on it.
LISTS = {
    "on_us_list_2022": ("United States critical minerals", "2022", "critical"),
    "on_us_list_2025": ("United States critical minerals", "2025", "critical"),
    "on_eu_crm_2024": ("European Union, Regulation 2024/1252", "2024", "critical"),
    "eu_strategic": ("European Union, Regulation 2024/1252", "2024", "strategic"),
    "on_japan": ("Japan stockpiled rare metals", "2021, uranium 2023", "stockpiled"),
    "on_korea": ("Republic of Korea critical minerals", "2023", "critical"),
    "korea_strategic": ("Republic of Korea critical minerals", "2023", "strategic"),
}
AUSTRALIA = ("Australia critical and strategic materials", "2024")
