"""What kind of table a model is, declared on the model beside its fields as `wall = …`.

`raising.py` turns each declaration into policies, triggers and grants; a table without a declaration gets no grant at
all, so the application can't reach it.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Parent:
    """A row that the writer of another must be able to see, since foreign keys are checked past policies.

    `mine`: it must also belong to the writer; checked before any unique index could tell of others' rows.
    `once`: asked when it is named and not again, so that a row can still be changed when what it names went out of its
    owner's sight; the column must be fixed.
    """

    column: str
    mine: bool = False
    once: bool = False


# Of `Confidential.two_persons`: whomever the row is addressed to.
ALWAYS = "*"


@dataclass(frozen=True)
class Confidential:
    """Rows of institutions: read by their audience, written by their owner, never deleted.

    `deal`: the column that holds the deal's id ('' where the row belongs to none).
    `network`: the column that names the network of a row without a deal.
    `parents`: the rows that it names.
    `published`: the table has an `origin`, and only the secretariat writes `published` rows.
    `alone`: a column and those of its values whose rows need no second person all the same.
    `addressed`: the column naming the institution that the row is addressed to, which sees it at every level (its deal
    team, where it walled the deal off), once two persons confirmed it where they must. Never changed.
    `while_in_deal`: only as long as the addressee is let into the row's deal.
    `until`: the column of a moment from which nobody but its owner sees the row.
    `fixed`: columns that no update may touch, beside those of every such table.
    `four_eyes`: widening beyond `lead` needs an approval decided in the same transaction.
    `two_persons`: the row is prepared by one person and has effect when another confirms it (models/prepared.py);
    ALWAYS, or the column naming whom it is addressed to: what an institution addresses to itself needs one person.
    """

    deal: str = ""
    network: str = ""
    parents: tuple[Parent, ...] = ()
    published: bool = False
    four_eyes: bool = False
    two_persons: str = ""
    alone: tuple[str, ...] = ()
    addressed: str = ""
    while_in_deal: bool = False
    until: str = ""
    fixed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Curated:
    """Reference rows: read by everyone, written by the secretariat, logged."""


@dataclass(frozen=True)
class Credentials:
    """Outside disclosure: reached only by the log-in code (staff, sessions, tokens, second factors)."""

    rights: str = "SELECT, INSERT, UPDATE, DELETE"


@dataclass(frozen=True)
class Machinery:
    """The wall's own tables and ledgers: a hand-written read rule, and what the application may do beside reading.

    `{told}` in the rule: the asker is in the row's audience, which the column `audience` names.
    """

    read: str
    write: str = ""
    rights: tuple[str, ...] = field(default=("SELECT",))
    audience: str = "audience_id"


Wall = Confidential | Curated | Credentials | Machinery

# Columns of a confidential row that no update may touch; the audience and the times are the database's own.
FIXED = frozenset(
    {"id", "owner_id", "audience_id", "created_at", "updated_at", "told_at", "origin", "demo"}
    # What a row is about does not change: another subject is another row.
    | {"deal_id", "network_id", "commitment_id", "supersedes_id"}
)

# Tables of packages: all are credentials or plumbing, none holds a row of an institution.
PACKAGE_TABLES: dict[str, str] = {
    "django_session": "SELECT, INSERT, UPDATE, DELETE",
    "django_content_type": "SELECT",
    "django_migrations": "SELECT",
    "django_admin_log": "SELECT",
    "auth_permission": "SELECT",
    "auth_group": "SELECT",
    "auth_group_permissions": "SELECT",
    "oauth2_provider_accesstoken": "SELECT, INSERT, UPDATE, DELETE",
    "oauth2_provider_refreshtoken": "SELECT, INSERT, UPDATE, DELETE",
    "oauth2_provider_grant": "SELECT, INSERT, UPDATE, DELETE",
    "oauth2_provider_idtoken": "SELECT, INSERT, UPDATE, DELETE",
    "oauth2_provider_devicegrant": "SELECT, INSERT, UPDATE, DELETE",
    "account_emailaddress": "SELECT, INSERT, UPDATE, DELETE",
    "account_emailconfirmation": "SELECT, INSERT, UPDATE, DELETE",
    "mfa_authenticator": "SELECT, INSERT, UPDATE, DELETE",
    "socialaccount_socialaccount": "SELECT, INSERT, UPDATE, DELETE",
    # Whoever runs the registry makes and changes them, as the tables' owner.
    "socialaccount_socialapp": "SELECT",
    "socialaccount_socialtoken": "SELECT, INSERT, UPDATE, DELETE",
    "usersessions_usersession": "SELECT, INSERT, UPDATE, DELETE",
}
