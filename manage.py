#!/usr/bin/env python
"""Orebook's command line."""

import os
import sys

# Schema changes are made by the tables' owner; everything else runs as the application's role.
OWNER_COMMANDS = {"migrate", "makemigrations", "sqlmigrate", "showmigrations"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if len(sys.argv) > 1 and sys.argv[1] in OWNER_COMMANDS:
        os.environ["ORE_DATABASE_ROLE"] = "owner"
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
