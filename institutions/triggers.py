"""What the wall's own tables do beside what every table of their kind does, and what the application may call.

Stated anew after every migration with the walls (isolation/raising.py).
"""

from collections.abc import Mapping

from institutions.checklists import ADMISSION, OF_CHANGES, Line


def _trigger(table: str, name: str, when: str, call: str) -> str:
    return f"CREATE TRIGGER {name} {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {call}"


def _checked(table: str, lists: Mapping[str, tuple[Line, ...]]) -> str:
    lines = [f"'{kind}:{line.code}'" for kind, lines in lists.items() for line in lines if line.first]
    return _trigger(table, "wall_15_checked", "BEFORE UPDATE", f"wall.checked_first({', '.join(lines)})")


_WRITE = "INSERT OR UPDATE"
_INSERT = "BEFORE INSERT"
# What an admin of the institution gives and takes; the rest of its own row is a person's own.
_RIGHTS = "id institution_id email role is_active demo mailbox"
# What whoever answers for a client changes, and nobody else.
_SECRETS = "client_secret former_secret former_until keys updated"

CALLABLE = (
    "wall.everyone()",
    "wall.me()",
    "wall.principals()",
    "journal.has_seen(text)",
    "wall.sees_much()",
    "wall.myself()",
    "wall.is_curator()",
    "wall.rank(text)",
    "wall.act(text, uuid, text)",
    "wall.wall_off(uuid, uuid[])",
    "wall.prepare(uuid, uuid, text, uuid, uuid, boolean, timestamptz)",
    "wall.tick()",
    "wall.fingerprint(uuid[])",
    "wall.who_saw(uuid)",
    "wall.later_leads(uuid)",
    "wall.see_as(uuid, uuid)",
    "wall.see_as_network()",
    "wall.forget_keys()",
    "journal.horizon()",
    "journal.shift()",
    "journal.xact()",
    # The sealed log: made for nobody, and proven to whoever sees the event.
    "journal.seal(interval)",
    "journal.proof(uuid)",
    # Who could see what of the asker's own.
    "journal.sight(timestamptz, timestamptz, uuid)",
    # The registry as it stood: each row's past is told to whoever saw it then and sees it now.
    "journal.today()",
    "journal.dates(uuid, date)",
    "past.known()",
    "past.looks_back()",
    "past.texts(jsonb)",
    "past.state(uuid)",
    "past.settled()",
    "past.stand(date, timestamptz, uuid)",
)

TRIGGERS: dict[str, tuple[str, ...]] = {
    "institutions_grant": (
        _trigger("institutions_grant", "wall_04_told", _INSERT, "wall.tells_no_secretariat()"),
        _trigger("institutions_grant", "wall_05_grant", f"BEFORE {_WRITE}", "wall.before_grant()"),
        _trigger("institutions_grant", "wall_90_grant", f"AFTER {_WRITE}", "wall.after_grant()"),
    ),
    "institutions_dealteam": (
        _trigger("institutions_dealteam", "wall_05_team", f"BEFORE {_WRITE}", "wall.before_team()"),
        _trigger("institutions_dealteam", "wall_90_deal", f"AFTER {_WRITE}", "wall.after_disclosure()"),
    ),
    "institutions_teammember": (
        _trigger("institutions_teammember", "wall_05_member", f"BEFORE {_WRITE}", "wall.before_member()"),
        _trigger("institutions_teammember", "wall_90_deal", f"AFTER {_WRITE}", "wall.after_disclosure()"),
    ),
    "institutions_consent": (
        _trigger("institutions_consent", "wall_04_told", _INSERT, "wall.tells_no_secretariat()"),
        _trigger("institutions_consent", "wall_90_deal", f"AFTER {_WRITE}", "wall.after_disclosure()"),
    ),
    "institutions_institution": (
        _trigger("institutions_institution", "wall_04_stays", f"BEFORE {_WRITE}", "wall.secretariat_stays()"),
        _trigger("institutions_institution", "wall_05_by_two", _INSERT, "wall.members_by_two()"),
        _trigger("institutions_institution", "wall_06_as_admitted", "BEFORE UPDATE", "wall.stays_as_admitted()"),
        _trigger("institutions_institution", "wall_90_kind", "AFTER UPDATE OF kind", "wall.after_move()"),
    ),
    "institutions_network": (
        _trigger("institutions_network", "wall_05_succession", f"BEFORE {_WRITE}", "wall.succession_stays()"),
    ),
    "institutions_membership": (
        _trigger("institutions_membership", "wall_05_by_two", f"BEFORE {_WRITE}", "wall.members_by_two()"),
    ),
    "institutions_admission": (_checked("institutions_admission", {"": ADMISSION}),),
    "institutions_membershipchange": (_checked("institutions_membershipchange", OF_CHANGES),),
    "institutions_checkmark": (_trigger("institutions_checkmark", "wall_05_by", _INSERT, "wall.marks()"),),
    "institutions_staff": (
        _trigger("institutions_staff", "wall_04_kept", f"BEFORE {_WRITE}", f"wall.keeps_accounts('{_RIGHTS}')"),
        _trigger("institutions_staff", "wall_90_move", "AFTER UPDATE OF institution_id", "wall.after_move()"),
    ),
    "institutions_client": (
        _trigger(
            "institutions_client", "wall_04_kept", f"BEFORE {_WRITE}", f"wall.keeps_accounts('{_RIGHTS}', '{_SECRETS}')"
        ),
        _trigger("institutions_client", "wall_90_move", "AFTER UPDATE OF institution_id", "wall.after_move()"),
    ),
    "institutions_approval": (
        _trigger("institutions_approval", "wall_01_honest", f"BEFORE {_WRITE}", "wall.asks_honestly()"),
        _trigger("institutions_approval", "wall_02_decided_once", f"BEFORE {_WRITE}", "wall.decided_once()"),
    ),
    "institutions_externalreference": (
        _trigger("institutions_externalreference", "wall_05_beside", _INSERT, "wall.stands_beside_its_object()"),
    ),
    "institutions_event": (
        _trigger("institutions_event", "journal_99_never", "BEFORE DELETE OR UPDATE", "journal.never()"),
    ),
}
