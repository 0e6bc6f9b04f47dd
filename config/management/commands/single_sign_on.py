"""`manage.py single_sign_on`: an institution's own sign-in (OpenID Connect), set up, shown or taken away."""

import os
import sys
from typing import Any
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from psycopg.types.json import Jsonb

from config.embedded import addresses
from institutions.admin.single_sign_on import PROVIDER
from institutions.management.routine import Routine
from institutions.models import Institution

SECRET = "ORE_CLIENT_SECRET"  # noqa: S105  # the name of a variable
_PUT = """
    INSERT INTO socialaccount_socialapp (provider, provider_id, name, client_id, secret, key, settings)
    VALUES (%(provider)s, %(slug)s, %(name)s, %(client_id)s, %(secret)s, '', %(settings)s)
"""
_GONE = "DELETE FROM socialaccount_socialapp WHERE provider = %(provider)s AND provider_id = %(slug)s"


class Command(Routine):
    help = (
        "Sets up an institution's own sign-in. The client's secret is read from ORE_CLIENT_SECRET, or else from a line"
        " of input. It prints the address to register there as its callback."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("institution", help="the institution's slug")
        parser.add_argument("--server", help="the issuer's address, with https")
        parser.add_argument("--client-id")
        parser.add_argument("--alone", action="store_true", help="passwords let nobody of it in any more")
        parser.add_argument("--remove", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        home = Institution.objects.filter(slug=options["institution"]).first()
        if home is None:
            raise CommandError("There is no such institution. See /admin/institutions/institution/ for the slugs.")
        asked = {"provider": PROVIDER, "slug": home.slug}
        if not options["remove"]:
            asked |= self._given(home, options)
        with psycopg.connect(addresses.database_url("owner")) as owner:
            owner.execute(_GONE, asked)
            if not options["remove"]:
                owner.execute(_PUT, asked)
        callback = f"{settings.PUBLIC_URL.rstrip('/')}/accounts/oidc/{home.slug}/login/callback/"
        done = (
            "has no sign-in of its own any more" if options["remove"] else f"signs in at its own; callback: {callback}"
        )
        self.stdout.write(f"{home.name} {done}.")

    def _given(self, home: Institution, options: dict[str, Any]) -> dict[str, Any]:
        if not options["server"] or not options["client_id"]:
            raise CommandError("Give --server and --client-id, or --remove.")
        server = urlsplit(options["server"])
        if server.scheme != "https" and not (settings.DEMO and server.hostname in ("127.0.0.1", "localhost")):
            raise CommandError("The server is asked over https alone.")
        secret = os.environ.get(SECRET) or sys.stdin.readline().strip()
        if not secret:
            raise CommandError(f"Give the client's secret in {SECRET}, or as a line of input.")
        # With PKCE, so that a code that was seen on its way opens nothing.
        more = {"server_url": options["server"], "oauth_pkce_enabled": True, "alone": options["alone"]}
        return {"name": home.name[:40], "client_id": options["client_id"], "secret": secret, "settings": Jsonb(more)}
