"""The web admin (django-unfold): its names, its look and what stands in its sidebar."""

from typing import Any

from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as later

from institutions.languages import USUAL, Language, catalogue

LANGUAGE_CODE = USUAL
LANGUAGES = [(catalogue(language), language.label) for language in Language]


def _link(title: Any, icon: str, name: str, **more: Any) -> dict[str, Any]:
    return {"title": title, "icon": icon, "link": reverse_lazy(f"admin:{name}"), **more}


NAVIGATION: list[dict[str, Any]] = [
    {
        "items": [
            _link(later("Desk"), "space_dashboard", "index"),
            _link(later("Approvals"), "rule", "approvals", badge="deals.admin.approvals.badge"),
            _link(later("History"), "history", "history"),
            _link(later("The sealed log"), "lock_clock", "log"),
        ]
    },
    {
        "title": later("Financings"),
        "items": [
            _link(later("Pipeline"), "view_kanban", "pipeline"),
            _link(later("Deals"), "handshake", "deals_deal_changelist"),
            _link(later("Deals for us"), "join_inner", "matches"),
            _link(later("Teasers"), "campaign", "teasers"),
            _link(later("Commitments"), "request_quote", "deals_commitment_changelist"),
            _link(later("Conditions"), "checklist", "deals_condition_changelist"),
            _link(later("Projects"), "landscape", "deals_project_changelist"),
            _link(later("Map"), "map", "map"),
            _link(later("What it finances"), "donut_small", "network_picture"),
            _link(later("Companies"), "domain", "deals_company_changelist"),
            _link(later("Minerals"), "diamond", "deals_mineral_changelist"),
            _link(later("Rates"), "currency_exchange", "rates"),
            _link(later("Import"), "upload_file", "imports"),
        ],
    },
    {
        "title": later("Who takes part"),
        "items": [
            _link(later("Institutions"), "account_balance", "institutions_institution_changelist"),
            _link(later("Mandates"), "fact_check", "mandates"),
            _link(later("Annual returns"), "calendar_month", "annual_returns"),
            _link(later("Networks"), "hub", "institutions_network_changelist"),
            _link(later("Memberships"), "badge", "institutions_membership_changelist"),
            _link(
                later("Members"), "how_to_reg", "members", permission="institutions.admin.members.of_the_secretariat"
            ),
            _link(later("People"), "group", "people", permission="institutions.admin.colleagues.keeps_people"),
            _link(later("Webhooks"), "webhook", "webhooks", permission="network.admin.webhooks.manages"),
            _link(
                later("What gets through"),
                "monitor_heart",
                "health",
                permission="institutions.admin.members.of_the_secretariat",
            ),
        ],
    },
    {
        "title": later("Me"),
        "items": [
            _link(later("My mail"), "mail", "mail"),
            _link(later("Partner systems"), "api", "partner_systems"),
            {"title": later("Account & second factor"), "icon": "shield_person", "link": reverse_lazy("mfa_index")},
        ],
    },
]

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Orebook",
    "SITE_HEADER": "Orebook",
    "SITE_SUBHEADER": later("The order book of critical minerals"),
    "SITE_SYMBOL": "stacked_bar_chart",
    "SITE_URL": None,
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda _request: static("orebook/mark.svg")}],
    "STYLES": [lambda _request: static("orebook/orebook.css")],
    "SCRIPTS": [
        lambda _request: static("orebook/shell.js"),
        lambda _request: static("orebook/find.js"),
        lambda _request: static("orebook/mended.js"),
        lambda _request: static("orebook/amounts.js"),
    ],
    "DASHBOARD_CALLBACK": "deals.admin.desk.desk",
    "SIDEBAR": {"navigation": NAVIGATION},
    "ACCOUNT": {
        "navigation": [
            {"title": later("Account & second factor"), "link": reverse_lazy("mfa_index")},
            {"title": later("Change password"), "link": reverse_lazy("account_change_password")},
            {"title": later("Where I am logged in"), "link": reverse_lazy("usersessions_list")},
        ]
    },
}
