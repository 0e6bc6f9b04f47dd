"""`manage.py seal_again`: what an earlier ORE_SECRET_SEAL sealed is sealed with the present one."""

from typing import Any

import psycopg
from django.core.management.base import CommandError

from config.embedded import addresses
from config.resealing import seal_again
from institutions.management.routine import Routine


class Command(Routine):
    help = (
        "Seals webhook secrets and second factors with ORE_SECRET_SEAL that one of ORE_SECRET_SEAL_BEFORE sealed, as"
        " the tables' owner. Safe to repeat; nothing is lost where it breaks off."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Exits 1 where something opens with none of the keys."""
        with psycopg.connect(addresses.database_url("owner")) as owner:
            done = seal_again(owner)
        self.stdout.write(f"Sealed again: {done.again}. With the present key already: {done.already}.")
        if done.closed:
            advice = "These open with no key that is given here. Name theirs in ORE_SECRET_SEAL_BEFORE, or else:"
            raise CommandError("\n".join((advice, *done.closed)))
        self.stdout.write("What is kept opens with the present key. What is left to do: docs/how-to/change-secrets.md.")
