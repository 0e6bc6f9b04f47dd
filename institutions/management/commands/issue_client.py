"""`manage.py issue_client`: a partner system's client, as one JSON object with its secret, shown once."""

import json
from typing import Any

from django.core.management.base import CommandError, CommandParser

from institutions.management.routine import Routine
from institutions.refusals import Refusal
from institutions.services.clients import issue_client


class Command(Routine):
    help = "Issues an API client to an institution and prints its client_id and client_secret as one JSON object."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("institution", help="the institution's slug")
        parser.add_argument("--scopes", required=True, help='such as "registry:read commitments:write"')
        parser.add_argument("--name", default="", help="what the partner system is called")
        parser.add_argument("--responsible", default="", help="e-mail of the person who answers for it")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            issued = issue_client(
                institution=options["institution"],
                scopes=options["scopes"].split(),
                name=options["name"],
                responsible=options["responsible"],
            )
        except Refusal as refusal:
            raise CommandError(refusal.detail) from refusal
        self.stdout.write(json.dumps({"client_id": issued.client.client_id, "client_secret": issued.secret}))
