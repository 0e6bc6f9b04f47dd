"""Which of the database's rules an error is about."""

from django.db import DatabaseError


def broken_constraint(error: DatabaseError) -> str:
    """The name of the constraint that was broken, '' where the database names none."""
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
