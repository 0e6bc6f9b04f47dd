"""My mail: what was sent to a person, what that person wants to hear of, and what a mail would say now."""

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from deals.admin.forms import put_refusal
from institutions.admin.site import person, site
from institutions.refusals import Refusal
from network.admin.mail_forms import PreferencesForm
from network.digests.capture import capturing
from network.digests.composing import compose
from network.digests.scope import scope_now
from network.digests.selection import news_for
from network.models import Cadence
from network.selectors.mail import captured_mail
from network.services.preferences import prefer, preferences_of


@site.page("mail/", name="mail")
def mail(request: HttpRequest) -> HttpResponseBase:
    """The latest digests, with their text where mail is captured on this machine."""
    facts = {"mails": captured_mail(person(request)), "captures": capturing()}
    return site.show(request, "admin/mail.html", facts, title="My mail")


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
            messages.success(request, "Kept. What you would get now is one click away.")
            return redirect("admin:mail_preferences")
    facts = {"form": form, "cadences": Cadence.labels, "address": who.email}
    title = "What mail tells me"
    return site.show(request, "admin/mail_preferences.html", facts, title=title, status=422 if form.errors else 200)


@site.page("mail/preview/", name="mail_preview")
def preview(request: HttpRequest) -> HttpResponseBase:
    """What a mail would say at this moment. Nothing is sent, and nothing counts as told."""
    who = person(request)
    letter = compose(who, news_for(who, scope_now(who.pk)))
    return site.show(request, "admin/mail_preview.html", {"letter": letter}, title="What you would get now")
