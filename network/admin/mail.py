"""My mail: what was sent to a person, what that person wants to hear of, and what a mail would say now."""

from uuid import UUID

from csp.decorators import csp_update
from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from deals.admin.as_it_stood import DayForm
from deals.admin.forms import put_refusal
from deals.sentences.days import day_in_words
from institutions.admin.site import person, site
from institutions.isolation.moment import Moment, as_it_stood
from institutions.languages import speaking
from institutions.permissions import Permission
from institutions.refusals import Refusal
from institutions.services.mailbox import set_mailbox
from network.admin.mail_forms import PreferencesForm, mailbox_form
from network.countries import countries
from network.digests import ledger
from network.digests.capture import capturing
from network.digests.composing import compose
from network.digests.refused import refused_addresses
from network.digests.scope import scope_before, scope_now
from network.digests.selection import news_for
from network.digests.watched import shown, watches_of
from network.models import Cadence
from network.selectors.mail import captured_mail, in_trouble
from network.services.preferences import prefer, preferences_of

# A frame has the policy of its page, and mail programs need styles within the text.
_OF_MAIL = {"style-src": ["'self'", "'unsafe-inline'"]}


@site.page("mail/", name="mail")
@csp_update(_OF_MAIL)
def mail(request: HttpRequest) -> HttpResponseBase:
    """The latest digests, with their text where mail is captured on this machine."""
    who = person(request)
    refused = refused_addresses()
    facts = {
        "mails": captured_mail(who),
        "trouble": in_trouble(who),
        "captures": capturing(),
        "refused": next((each for each in refused if each.person_id == who.pk), None),
        "mailbox": mailbox_form(who) if who.may(Permission.STAFF_MANAGE) else None,
        "colleagues": [each for each in refused if each.person_id != who.pk],
    }
    return site.show(request, "admin/mail.html", facts, title=_("My mail"))


@site.page("mail/mailbox/", name="mail_mailbox")
def mailbox(request: HttpRequest) -> HttpResponseBase:
    """The address to which the institution's warnings go, for its admin."""
    who = person(request)
    if not who.may(Permission.STAFF_MANAGE):
        raise Http404
    form = mailbox_form(who, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            kept = set_mailbox(by=who, email=form.cleaned_data["mailbox"], time_zone=who.time_zone)
        except Refusal as refusal:
            put_refusal(form, refusal)
        else:
            says = _("Warnings go to %(address)s too.") if kept else _("Warnings go to your people alone.")
            messages.success(request, says % {"address": kept.email if kept else ""})
            return redirect("admin:mail")
    status = 422 if form.errors else 200
    return site.show(request, "admin/mailbox.html", {"mailbox": form}, title=_("Functional mailbox"), status=status)


@site.page("mail/address/<uuid:key>/again/", name="mail_address_again")
def again(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Has an address tried again that took no mail: one's own, or a colleague's by the institution's admin."""
    person(request)
    if request.method == "POST" and ledger.try_address(key):
        messages.success(request, _("Mail is sent there again."))
    return redirect("admin:mail")


@site.page("mail/preferences/", name="mail_preferences")
def preferences(request: HttpRequest) -> HttpResponseBase:
    """About what, how often, and when."""
    who = person(request)
    form = PreferencesForm(request.POST if request.method == "POST" else None, now=preferences_of(who))
    if form.is_valid():
        try:
            prefer(by=who, **form.chosen())
        except Refusal as refusal:
            put_refusal(form, refusal)
        else:
            # Said in the language that was chosen.
            with speaking(who.language):
                messages.success(request, _("Kept. What you would get now is one click away."))
            return redirect("admin:mail_preferences")
    facts = {
        "form": form,
        "cadences": Cadence.labels,
        "address": who.email,
        "watched": shown(watches_of(who)),
        "countries": countries(who.language).items(),
    }
    title = _("What mail tells me")
    return site.show(request, "admin/mail_preferences.html", facts, title=title, status=422 if form.errors else 200)


@site.page("mail/preview/", name="mail_preview")
@csp_update(_OF_MAIL)
def preview(request: HttpRequest) -> HttpResponseBase:
    """What a mail would say at this moment, or of the week up to a past day. Nothing is sent or counts as told."""
    who = person(request)
    form = DayForm(request.GET or None)
    facts: dict[str, object] = {"form": form, "on": None}
    if form.is_valid():
        then = Moment.end_of(form.cleaned_data["on"])
        facts["on"] = day_in_words(then.day)
        with as_it_stood(then):
            facts["letter"] = compose(who, news_for(who, scope_before(who.pk, then)))
    else:
        facts["letter"] = compose(who, news_for(who, scope_now(who.pk)))
    title = _("What you would have got then") if facts["on"] else _("What you would get now")
    return site.show(request, "admin/mail_preview.html", facts, title=title)
