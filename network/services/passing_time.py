"""What passes with time alone: grants, NDAs and deal teams that begin or end."""

from django.db import connection


def pass_time() -> int:
    """Tells of rows that came into or went out of sight since the last call; how many audiences changed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.tick()")
        (changed,) = cursor.fetchone()
    return int(changed)
