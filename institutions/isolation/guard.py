"""At start-up the application refuses a database that could not hold its promises, and says which."""

from django.db import connection

from institutions.isolation.raising import walled_models
from institutions.isolation.walls import Credentials

_ROLE = """
    SELECT current_user, r.rolsuper, r.rolbypassrls,
           (SELECT array_agg(c.relname ORDER BY c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = 'public' AND c.relkind = 'r' AND pg_has_role(current_user, c.relowner, 'MEMBER'))
    FROM pg_roles r WHERE r.rolname = current_user
"""
_WALLS = """
    SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind = 'r' AND c.relrowsecurity AND c.relforcerowsecurity
      AND EXISTS (SELECT FROM pg_policies p WHERE p.schemaname = 'public' AND p.tablename = c.relname
                  AND p.policyname = 'wall_read')
"""


class UnsafeDatabase(RuntimeError):
    """The application must not run like this."""


def problems() -> list[str]:
    """What is wrong with the connection's role and the tables' policies; empty when nothing is."""
    with connection.cursor() as cursor:
        cursor.execute(_ROLE)
        role, superuser, bypasses, owned = cursor.fetchone()
        cursor.execute(_WALLS)
        walled = {name for (name,) in cursor.fetchall()}
    found = []
    if superuser:
        found.append(f"The role {role} is a superuser, and policies do not bind superusers.")
    if bypasses:
        found.append(f"The role {role} has BYPASSRLS, and policies do not bind it.")
    if owned and not superuser:
        found.append(f"The role {role} owns {owned[0]} and {len(owned) - 1} more tables and could drop their policies.")
    open_tables = sorted(
        model._meta.db_table
        for model, wall in walled_models()
        if not isinstance(wall, Credentials) and model._meta.db_table not in walled
    )
    if open_tables:
        found.append(f"These tables lack a forced policy: {', '.join(open_tables)}. Run manage.py migrate.")
    return found


def refuse_unsafe_database() -> None:
    """Raises UnsafeDatabase naming every problem, so that nothing is served."""
    if found := problems():
        raise UnsafeDatabase("Orebook does not start: " + " ".join(found) + " Connect as orebook_app (DATABASE_URL).")
