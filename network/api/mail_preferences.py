"""`/api/v1/mail-preferences`: what mail tells the person who asks. A system gets no mail."""

from typing import Any

from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from institutions.api.conventions import preconditions
from institutions.api.conventions.bodies import Body, Text, read
from institutions.api.conventions.doors import Door
from institutions.api.conventions.filters import refuse_unknown
from institutions.api.conventions.identity import MayWrite, asker
from institutions.api.conventions.problems import Problem
from institutions.api.shapes import Documented
from institutions.languages import Language
from institutions.models import Staff
from institutions.permissions import Permission
from institutions.selectors.reading import Shape, versioned
from network.models import Cadence, Topic
from network.services.preferences import Preferences, prefer, preferences_of

_TOPICS = {topic.value: topic.label for topic in Topic}


class CadencesBody(Body):
    """How often each topic is told; what is not named stays."""

    def get_fields(self) -> dict[str, Any]:
        choices = Cadence.choices
        return {
            topic: serializers.ChoiceField(choices, required=False, help_text=label) for topic, label in _TOPICS.items()
        }


class PreferencesBody(Body):
    hour = serializers.IntegerField(required=False, min_value=0, max_value=23, help_text="Local hour")
    weekday = serializers.IntegerField(
        required=False, min_value=1, max_value=7, help_text="Of what comes weekly: 1 is Monday, 7 Sunday"
    )
    time_zone = Text(required=False, max_length=60, help_text="Of the IANA database, such as Europe/Paris")
    language = serializers.ChoiceField(
        Language.choices, required=False, help_text="Of mail and of the pages about it (ISO 639-1)"
    )
    cadences = CadencesBody(required=False)


class CadencesShape(Documented):
    def get_fields(self) -> dict[str, Any]:
        return {topic: serializers.ChoiceField(Cadence.choices, help_text=label) for topic, label in _TOPICS.items()}


class PreferencesShape(Documented):
    hour = serializers.IntegerField()
    weekday = serializers.IntegerField()
    time_zone = serializers.CharField()
    language = serializers.ChoiceField(Language.choices)
    cadences = CadencesShape()
    version = serializers.CharField(help_text="Opaque; also the ETag. Send it as If-Match.")


class MailPreferences(Door):
    """What mail tells the person who asks."""

    permission_classes = (MayWrite,)
    needs_version = ("PATCH",)
    writes = Permission.READ
    accepts = {"PATCH": PreferencesBody}
    answers = {"GET": {200: PreferencesShape}, "PATCH": {200: PreferencesShape}}

    def get(self, request: Request) -> Response:
        """How often the asker hears of each topic, and when. A partner system gets no mail: 403."""
        refuse_unknown(request.query_params, ())
        return _answered(preferences_of(_person(request)))

    def patch(self, request: Request) -> Response:
        """What is named changes."""
        refuse_unknown(request.query_params, ())
        sent = read(PreferencesBody, request)
        who = _person(request)
        preconditions.must_match(request, _shape(preferences_of(who)))
        cadences = {Topic(topic): Cadence(cadence) for topic, cadence in sent.pop("cadences", {}).items()}
        language = Language(sent.pop("language")) if "language" in sent else None
        return _answered(prefer(by=who, cadences=cadences, language=language, **sent))


ROUTES = [path("mail-preferences", MailPreferences.as_view(), name="mail_preferences")]


def _person(request: Request) -> Staff:
    who = asker(request)
    if not isinstance(who, Staff):
        raise Problem(403, "persons_only", "Mail goes to persons. Ask as one, logged in to the web admin.")
    return who


def _answered(now: Preferences) -> Response:
    shape = _shape(now)
    return Response(shape, headers={"ETag": preconditions.etag(shape)})


def _shape(now: Preferences) -> Shape:
    told = {topic.value: cadence.value for topic, cadence in now.cadences.items()}
    times = {"hour": now.hour, "weekday": now.weekday, "time_zone": now.time_zone}
    return versioned({**times, "language": now.language.value, "cadences": told})
