"""My mail: the digests that were sent to a person, for that person alone."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from institutions.admin.site import person, site
from network.digests.capture import capturing
from network.selectors.mail import captured_mail


@site.page("mail/", name="mail")
def mail(request: HttpRequest) -> HttpResponseBase:
    """The latest digests, with their text where mail is captured on this machine."""
    facts = {"mails": captured_mail(person(request)), "captures": capturing()}
    return site.show(request, "admin/mail.html", facts, title="My mail")
