"""Who may do what: roles of staff and scopes of clients, one table."""

from enum import StrEnum


class Role(StrEnum):
    VIEWER = "viewer"
    OFFICER = "officer"
    APPROVER = "approver"
    INSTITUTION_ADMIN = "institution_admin"


class Permission(StrEnum):
    READ = "registry:read"
    PROJECTS_WRITE = "projects:write"
    MANDATES_WRITE = "mandates:write"
    DEALS_WRITE = "deals:write"
    COMMITMENTS_WRITE = "commitments:write"
    COMMITMENTS_APPROVE = "commitments:approve"
    WEBHOOKS_MANAGE = "webhooks:manage"
    STAFF_MANAGE = "staff:manage"
    # Of the secretariat's officers alone: nobody else keeps memberships.
    MEMBERS_MANAGE = "members:manage"


BY_ROLE: dict[Role, frozenset[Permission]] = {
    Role.VIEWER: frozenset({Permission.READ}),
    Role.OFFICER: frozenset(
        {
            Permission.READ,
            Permission.PROJECTS_WRITE,
            Permission.MANDATES_WRITE,
            Permission.DEALS_WRITE,
            Permission.COMMITMENTS_WRITE,
            Permission.MEMBERS_MANAGE,
        }
    ),
    Role.APPROVER: frozenset({Permission.READ, Permission.COMMITMENTS_APPROVE}),
    Role.INSTITUTION_ADMIN: frozenset({Permission.READ, Permission.STAFF_MANAGE, Permission.WEBHOOKS_MANAGE}),
}

# What a client may be given; to prepare and to approve never sit on one client.
SCOPES: dict[str, str] = {
    Permission.READ: "Read all that the institution may see",
    Permission.PROJECTS_WRITE: "Register and change projects",
    Permission.MANDATES_WRITE: "State what the institution may finance",
    Permission.DEALS_WRITE: "Register and change deals",
    Permission.COMMITMENTS_WRITE: "Prepare commitments",
    Permission.COMMITMENTS_APPROVE: "Confirm what was prepared",
    Permission.WEBHOOKS_MANAGE: "Manage webhook endpoints",
}


def prepares_and_approves(scopes: set[str]) -> bool:
    """Four eyes would be two in one client."""
    return Permission.COMMITMENTS_WRITE in scopes and Permission.COMMITMENTS_APPROVE in scopes
