#!/usr/bin/env python
"""Orebook's command line."""

import importlib
import os
import sys

# Schema changes are made by the tables' owner; everything else runs as the application's role.
OWNER_COMMANDS = {"migrate", "makemigrations", "sqlmigrate", "showmigrations"}
# These work before there is a database, and so before Django's settings can be read.
PLAIN_COMMANDS = {"serve", "doctor"}


def main() -> None:
    if sys.argv[1:2] and sys.argv[1] in PLAIN_COMMANDS and len(sys.argv) == 2:
        sys.exit(importlib.import_module(f"config.embedded.{sys.argv[1]}").main())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if len(sys.argv) > 1 and sys.argv[1] in OWNER_COMMANDS:
        os.environ["ORE_DATABASE_ROLE"] = "owner"
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
