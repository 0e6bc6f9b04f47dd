"""Mandates: what an institution may finance."""

from institutions.constraints import Rule, Told
from institutions.refusals import Stale

RULES: dict[str, Told] = {
    "mandate_version_once_at_a_time": Rule.like(
        Stale, "Your institution stated this mandate at the same time. Read it again and repeat your change."
    ),
    "mandate_has_a_name": Rule("Give the mandate a name, such as that of its facility.", "/name", code="required"),
    "mandate_level_is_known": Rule("A mandate is told to 'own', 'network' or 'public'. Name one of these.", "/level"),
    "mandate_ends_after_it_began": Rule("Give a last day that is not before the first.", "/ended_on"),
    "mandate_chain_stages_are_known": Rule("Name supply-chain stages of the list.", "/chain_stages"),
    "mandate_earliest_stage_is_known": Rule("Name a development stage of the list.", "/earliest_stage"),
    "mandate_instruments_are_known": Rule("Name instruments of the list.", "/instruments"),
    "mandate_countries_are_in_or_out": Rule("A country is in or out. Name it once.", "/countries_out"),
    "mandate_names_few_countries": Rule("Name at most 60 countries; of more, name those left out.", "/countries"),
    "mandate_countries_are_codes": Rule(
        "Give each country as two capital letters of ISO 3166-1, such as AU.", "/countries", code="no_country"
    ),
    "mandate_minerals_are_known": Rule("Name minerals that the registry knows.", "/minerals", code="not_found"),
    "mandate_ticket_is_a_range": Rule(
        "Give a smallest ticket above zero that is not above the largest, or leave one out.", "/ticket_from"
    ),
    "mandate_ticket_has_currency": Rule("Give a ticket with its currency, or neither.", "/currency", code="required"),
    "mandate_tenor_is_a_time": Rule("Give the longest tenor in months, or leave it out.", "/longest_tenor_months"),
    "mandate_link_has_country_and_kind": Rule(
        "Give the country of the national interest with what ties a project to it, or neither.", "/link_country"
    ),
}
