"""A row that names another's hidden row fails as one that names a missing one: by the policy, before any rule looks."""

from uuid import uuid4

import pytest
from django.db import connection, transaction

from deals.models import Commitment
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from tests.acts import letter
from tests.cast import Cast

ROW = "id, owner_id, level, demo, origin, deal_id"
COVER = f"INSERT INTO deals_coverlink ({ROW}, cover_id, covered_id, currency) VALUES (%s, %s, %s, false, 'registered', %s, %s, %s, '')"  # noqa: E501
SHARE = f"INSERT INTO deals_participation ({ROW}, commitment_id, lender_id, kind) VALUES (%s, %s, %s, false, 'registered', %s, %s, %s, 'funded')"  # noqa: E501


@pytest.mark.parametrize("statement", [COVER, SHARE])
@pytest.mark.parametrize("level", ["own", "lead"])
def test_a_hidden_commitment_is_named_as_a_missing_one(cast: Cast, statement: str, level: str) -> None:
    hidden = letter(cast, Level.OWN)
    mine = letter(cast, Level.OWN, by="rolf", approver="rita")
    said = []
    for named in (hidden.pk, uuid4()):
        with acting_as(cast.rolf):
            Commitment(owner=cast.bank("rhein"), deal=cast.deal, level=level).prepare(Level(level))
            with pytest.raises(Exception, match="policy") as refused, transaction.atomic(), connection.cursor() as sql:
                sql.execute(statement, [uuid4(), cast.bank("rhein").pk, level, cast.deal.pk, mine.pk, named])
        said.append(str(refused.value))
    assert said[0] == said[1]


@pytest.mark.parametrize("stage", ["enquiry", "letter_of_interest"])
def test_a_size_for_anothers_commitment_tells_nothing_of_its_stage(cast: Cast, stage: str) -> None:
    theirs = letter(cast, Level.PARTIES, stage=stage, size_level=Level.OWN)
    statement = (
        f"INSERT INTO deals_size ({ROW}, commitment_id, amount, currency, qualifier)"
        " VALUES (%s, %s, 'own', false, 'registered', %s, %s, 1, 'USD', 'exact')"
    )
    ids = [uuid4(), cast.bank("rhein").pk, cast.deal.pk, theirs.pk]
    with acting_as(cast.rolf), pytest.raises(Exception, match="policy"), transaction.atomic(), connection.cursor() as c:
        c.execute(statement, ids)
