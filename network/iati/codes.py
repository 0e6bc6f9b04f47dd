"""The registry's codes and those of IATI 2.03. What has no code there is left out, and said in words."""

from typing import Final

VERSION: Final = "2.03"
# Versions whose files are read: in 1.0x a text stands otherwise.
READ: Final = ("2.01", "2.02", "2.03")

# Transaction types.
COMMITMENT, DISBURSEMENT, LOAN_REPAYMENT, GUARANTEE, PLEDGE = "2", "3", "6", "10", "12"

COVER: Final = ("guarantee", "untied_loan_guarantee", "political_risk_insurance", "comprehensive_insurance")
LOANS: Final = ("senior_loan", "subordinated_loan", "convertible")
# Royalties, streams and prepayments for what is delivered are of no finance type.
FINANCE_TYPES: Final = {
    "senior_loan": "421",
    "subordinated_loan": "431",
    "equity": "510",
    "preferred_equity": "432",
    "convertible": "433",
    "grant": "110",
    **dict.fromkeys(COVER, "1100"),
}
WITHOUT_FINANCE_TYPE: Final = ("royalty_or_stream", "prepayment")

# Officially supported export credits. Which other money is aid, and which is not, the registry does not know.
EXPORT_CREDIT: Final = "22"
EXPORT_CREDITS: Final = (
    "senior_loan",
    "subordinated_loan",
    "guarantee",
    "political_risk_insurance",
    "comprehensive_insurance",
)

# Activity statuses.
PIPELINE, IMPLEMENTATION, CLOSED, CANCELLED, SUSPENDED = "1", "2", "4", "5", "6"
# Activity dates.
PLANNED_START, ACTUAL_START = "1", "2"
# Roles of organisations.
FUNDING, IMPLEMENTING = "1", "4"
CO_FUNDED: Final = "4"

ORGANISATION_TYPES: Final = {
    "export_credit_agency": "15",
    "development_finance_institution": "15",
    "national_development_bank": "15",
    "multilateral_development_bank": "40",
    "public_investment_fund": "15",
    "resource_agency": "15",
    "government_department": "10",
    "commercial_bank": "70",
    "secretariat": "15",
}

# Sectors of three digits: mining where something is extracted, else industry where something is made of it.
SECTORS: Final = "2"
MINING, INDUSTRY = "322", "321"
INDUSTRIES: Final = ("processing", "refining", "battery_materials", "recycling")
# A vocabulary of the reporter's own, and its name.
OWN_VOCABULARY: Final = "99"

MINERALS: Final = "urn:orebook:minerals"

# What a file says, in words for its reader, and what that can mean here: of several meanings one is asked.
FINANCE_READ: Final = {
    "110": ("IATI 110 standard grant", ("grant",)),
    "421": ("IATI 421 standard loan", ("senior_loan",)),
    "431": ("IATI 431 subordinated loan", ("subordinated_loan",)),
    "432": ("IATI 432 preferred equity", ("preferred_equity",)),
    "433": ("IATI 433 other hybrid instruments", ("convertible", "subordinated_loan", "preferred_equity")),
    "510": ("IATI 510 common equity", ("equity",)),
    "1100": ("IATI 1100 guarantees and insurance", COVER),
}
_FIRM = ("approved", "signed", "effective")
TYPES_READ: Final = {
    PLEDGE: (
        "IATI 12 outgoing pledge",
        ("expression_of_interest", "letter_of_interest", "indicative_terms", "conditional_approval"),
    ),
    COMMITMENT: ("IATI 2 outgoing commitment", _FIRM),
    GUARANTEE: ("IATI 10 credit guarantee", _FIRM),
}
