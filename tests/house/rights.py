"""What the application's role may do, a right a line: `python -m tests.house.rights` writes it down for a release.

The release that runs goes on with its own code while the next one's walls stand already (docs/how-to/upgrade.md), so
what it may do, and the functions that it calls, stay for one release more. On the released commit:

    .venv/bin/python -m config.embedded.run --migrate -- .venv/bin/python -m tests.house.rights
"""

import sys
from pathlib import Path
from typing import Any

import psycopg

from config.embedded import addresses
from institutions.isolation.raising import APP_ROLE, SCHEMAS

RELEASED = Path(__file__).resolve().parent / "rights_of_the_release.txt"
_RIGHTS = """
    SELECT 'table ' || table_name || ' ' || privilege_type FROM information_schema.role_table_grants
    WHERE grantee = %(role)s AND table_schema = 'public'
    UNION SELECT 'column ' || table_name || '.' || column_name || ' ' || privilege_type
    FROM information_schema.role_column_grants
    WHERE grantee = %(role)s AND table_schema = 'public' AND privilege_type = 'UPDATE'
    UNION SELECT 'function ' || p.oid::regprocedure FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = ANY (%(schemas)s) AND has_function_privilege(%(role)s, p.oid, 'EXECUTE')
"""


def rights(connection: "psycopg.Connection[Any]") -> set[str]:
    return {line for (line,) in connection.execute(_RIGHTS, {"role": APP_ROLE, "schemas": list(SCHEMAS)})}


if __name__ == "__main__":
    with psycopg.connect(addresses.database_url("owner")) as owner:
        RELEASED.write_text("\n".join(sorted(rights(owner))) + "\n")
    sys.stdout.write(f"{RELEASED.name} written\n")
