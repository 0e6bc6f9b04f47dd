"""See as: the page of one's own deal, commitment, document or project as another institution, the network or everyone
is shown it. The page is the real one; what it reads is decided by the database (wall.see_as)."""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID, uuid4

from django import forms
from django.http import Http404, HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import get_template
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.utils.translation import pgettext_lazy

from deals.admin.choices import SeenChoice, offer
from deals.admin.commitments import CommitmentAdmin
from deals.admin.deals import DealAdmin
from deals.admin.projects import ProjectAdmin
from deals.admin.room.documents import document_page
from deals.models import Commitment, Deal, Document, Project
from deals.selectors.links import commitment_in_words
from institutions.admin.site import person, site
from institutions.isolation.levels import EVERYONE
from institutions.isolation.session import seeing_as
from institutions.models import Institution, Network, Staff
from institutions.permissions import Role
from institutions.selectors.who_sees import my_networks, who_sees


@dataclass(frozen=True)
class Onlooker:
    """Whose view it is: an institution, a network, or everyone; `reader` is one of them who only reads."""

    name: str
    reader: Staff
    kind: str

    @property
    def sees(self) -> str:
        return _("As %(whom)s sees it") % {"whom": self.name}


def onlooker(whom: UUID) -> Onlooker:
    """404 for what is none of them."""
    if institution := Institution.objects.filter(pk=whom).first():
        return Onlooker(institution.name, reader_of(institution), "institution")
    if network := my_networks().filter(pk=whom).first():
        return Onlooker(_outsider(network), reader_of(Institution(pk=uuid4())), "network")
    if whom == EVERYONE:
        return Onlooker(_("everyone, also outside the network"), reader_of(Institution(pk=uuid4())), "everyone")
    raise Http404


def name_of(row: object) -> str:
    """What a page about a row is headed by."""
    return commitment_in_words(row) if isinstance(row, Commitment) else str(row)


def _outsider(network: Network) -> str:
    return _("a member of %(network)s that takes no part") % {"network": network.name}


def reader_of(institution: Institution) -> Staff:
    """One of its people, who only reads."""
    return Staff(institution=institution, role=Role.VIEWER, name="")


class AsForm(forms.Form):
    """Whom to see it as, beside those that are listed."""

    whom = SeenChoice(
        pgettext_lazy("that looks at a page", "An institution"),
        later("Any, also one that sees nothing of it."),
        required=True,
        empty="–",
    )

    def __init__(self, asked: Any, *, but: UUID) -> None:
        super().__init__(asked)
        offer(self, whom=Institution.objects.exclude(pk=but).order_by("short_name"))


@dataclass(frozen=True)
class Kind:
    """A kind of thing that is seen as others see it: its name in addresses, its rows, and its page."""

    name: str
    model: type[Deal | Commitment | Document | Project]
    page: Callable[[HttpRequest, UUID], HttpResponseBase]

    def own(self, request: HttpRequest, key: UUID) -> object:
        """The row, where the asker's institution owns it, and the asker is on its deal team where it has one; 404
        otherwise."""
        me = person(request).institution_id
        row = self.model._default_manager.filter(pk=key, owner_id=me).first()
        if row is None or who_sees(key, me=me) is None:
            raise Http404
        return row


def add_pages(kind: Kind) -> None:
    """To choose whom, and what is seen."""

    def choose(request: HttpRequest, key: UUID) -> HttpResponseBase:
        row = kind.own(request, key)
        form = AsForm(request.GET or None, but=person(request).institution_id)
        if form.is_valid():
            return redirect(f"admin:deals_{kind.name}_seen", key, form.cleaned_data["whom"].pk)
        facts = {
            "name": name_of(row),
            "back": reverse(f"admin:deals_{kind.name}_change", args=[key]),
            "form": form,
            "others": [
                (reverse(f"admin:deals_{kind.name}_seen", args=[key, whom]), said)
                for whom, said in [
                    *((network.pk, capfirst(_outsider(network))) for network in my_networks()),
                    (EVERYONE, _("Everyone, also outside the network")),
                ]
            ],
        }
        return site.show(request, "admin/see_as.html", facts, title=_("See as"))

    def seen(request: HttpRequest, key: UUID, institution_id: UUID) -> HttpResponseBase:
        row = kind.own(request, key)
        looks = onlooker(institution_id)
        if looks.reader.institution_id == person(request).institution_id:
            return redirect(f"admin:deals_{kind.name}_change", key)
        facts = {
            "name": name_of(row),
            "looks": looks,
            "about_project": kind.name == "project",
            "back": reverse(f"admin:deals_{kind.name}_change", args=[key]),
            "again": reverse(f"admin:deals_{kind.name}_as", args=[key]),
            "shown": _shown(request, kind, key, whom=institution_id, reader=looks.reader),
        }
        return site.show(request, "admin/seen_as.html", facts, title=looks.sees)

    site.page(f"deals/{kind.name}/<uuid:key>/as/", name=f"deals_{kind.name}_as")(choose)
    site.page(f"deals/{kind.name}/<uuid:key>/as/<uuid:institution_id>/", name=f"deals_{kind.name}_seen")(seen)


def _shown(request: HttpRequest, kind: Kind, key: UUID, *, whom: UUID, reader: Staff) -> SafeString | None:
    """The page without what stands around it; None where `whom` sees nothing there."""
    with seeing_as(whom, key):
        return page_within(request, kind, key, reader=reader)


def page_within(request: HttpRequest, kind: Kind, key: UUID, *, reader: Staff) -> SafeString | None:
    """The page as `reader` has it at this place, without what stands around it; None where there is nothing to see."""
    asked = copy(request)
    asked.user = reader
    asked.GET = QueryDict()
    if not kind.model._default_manager.filter(pk=key).exists():
        return None
    answer = kind.page(asked, key)
    if not isinstance(answer, TemplateResponse):
        # A project that was merged leads to another, which has its own page to be seen.
        raise Http404
    facts = {**cast(dict[str, object], answer.context_data), "around": "admin/bare.html"}
    # Rendered here, since a template reads rows too.
    return mark_safe(get_template(cast(str, answer.template_name)).render(facts, asked))  # noqa: S308  # a page of ours


KINDS = (
    Kind("deal", Deal, lambda request, key: DealAdmin(Deal, site).page_view(request, key)),
    Kind("commitment", Commitment, lambda request, key: CommitmentAdmin(Commitment, site).page_view(request, key)),
    Kind("project", Project, lambda request, key: ProjectAdmin(Project, site).page_view(request, key)),
    Kind("document", Document, document_page),
)
for each in KINDS:
    add_pages(each)
