"""Steps of the first days' guide that are about mail."""

from django.urls import reverse
from django.utils.translation import gettext as _

from deals.admin.guide import STEPS, Step
from institutions.models import Staff
from network.models import Follow, TopicPreference, Watch


def _mail(who: Staff) -> Step:
    return Step(
        _("Choose what mail tells you"),
        _("At once, daily, weekly or never, by topic, in your language and time zone."),
        reverse("admin:mail_preferences"),
        TopicPreference.objects.filter(person=who).exists(),
    )


def _follow(who: Staff) -> Step:
    return Step(
        _("Follow a deal"),
        _("Its page has the button. Projects, minerals and countries are watched from theirs."),
        reverse("admin:pipeline"),
        Follow.objects.filter(person=who).exists() or Watch.objects.filter(person=who).exists(),
    )


STEPS[:0] = [_mail, _follow]
