"""Networks, institutions and memberships as everyone reads them."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from institutions.models import Institution, Membership, Network, Predecessor
from institutions.selectors.reading import Reading, Row, Rows, Shape, versioned


def _networks() -> Rows:
    found: Rows = Network.objects.values(
        "id", "code", "name", "founded_on", "ended_on", "predecessor_id", "successor__id"
    )
    return found


def _network(row: Row) -> Shape:
    return versioned(
        {
            "id": row["id"],
            "code": row["code"],
            "name": row["name"],
            "founded_on": row["founded_on"],
            "ended_on": row["ended_on"],
            "predecessor": row["predecessor_id"],
            "successor": row["successor__id"],
        }
    )


_INSTITUTION = (
    "id", "slug", "name", "native_name", "short_name", "aliases", "kind", "functions", "country", "lei", "website",
    "standards",
)  # fmt: skip


def _institutions() -> Rows:
    before = Predecessor.objects.filter(institution=OuterRef("pk")).order_by("until", "name", "id")
    found: Rows = Institution.objects.values(
        *_INSTITUTION, before=ArraySubquery(before.values(json=JSONObject(name="name", until="until")))
    )
    return found


def _institution(row: Row) -> Shape:
    return versioned({name: row[name] for name in _INSTITUTION} | {"predecessors": row["before"]})


def _memberships() -> Rows:
    found: Rows = Membership.objects.values("id", "institution_id", "network_id", "status", "since", "until", "basis")
    return found


def _membership(row: Row) -> Shape:
    return versioned(
        {
            "id": row["id"],
            "institution": row["institution_id"],
            "network": row["network_id"],
            "status": row["status"],
            "since": row["since"],
            "until": row["until"],
            "basis": row["basis"],
        }
    )


# Reference rows carry no time of their own: their pages go by id.
NETWORKS = Reading("network", _networks, _network, order=("id",))
INSTITUTIONS = Reading("institution", _institutions, _institution, order=("id",))
MEMBERSHIPS = Reading("membership", _memberships, _membership, order=("id",))
