"""The tutorial with a client that was generated from the schema: read a deal, say something of it, read the news.

    pip install openapi-python-client
    openapi-python-client generate --path docs/reference/openapi.json --config docs/clients/python.yaml \
        --output-path orebook_client --meta none
    ORE=https://… TOKEN=… python tutorial.py wattle
"""

import os
import sys
from uuid import uuid4

from orebook_client import AuthenticatedClient
from orebook_client.api.commitments import post_commitments, read_commitments
from orebook_client.api.deals import read_deals, read_deals_stack
from orebook_client.api.events import read_events
from orebook_client.models import (
    InstrumentEnum,
    LevelEnum,
    Money,
    Problem,
    QualifierEnum,
    ReadCommitmentsStageItem,
    RegisterCommitmentBody,
    SizeBody,
    StageEnum,
)


def main(slug: str) -> None:
    ask = AuthenticatedClient(os.environ["ORE"], os.environ["TOKEN"], timeout=30, raise_on_unexpected_status=True)

    deal = read_deals.sync(client=ask, slug=slug).results[0]
    print(deal.name, deal.status)
    for of_class in read_deals_stack.sync(str(deal.id), client=ask).classes:
        for block in of_class.blocks:
            print(" ", of_class.class_, block.side, block.signed.amount, block.signed.currency, "signed")

    interest = RegisterCommitmentBody(
        deal=deal.id,
        instrument=InstrumentEnum.SENIOR_LOAN,
        stage=StageEnum.EXPRESSION_OF_INTEREST,
        level=LevelEnum.OWN,
        reference="T-1",
        size=SizeBody(money=Money("25000000.00", "USD"), qualifier=QualifierEnum.EXACT),
    )
    key = str(uuid4())
    # Sent twice, it is carried out once: after a timeout, send the same key again.
    made, again = (post_commitments.sync(client=ask, body=interest, idempotency_key=key) for _ in range(2))
    if isinstance(made, Problem):
        sys.exit(f"{made.title}: {made.detail}")
    print("registered", made.stage, "once" if made.id == again.id else "twice")

    early = [ReadCommitmentsStageItem.EXPRESSION_OF_INTEREST, ReadCommitmentsStageItem.LETTER_OF_INTEREST]
    found = read_commitments.sync(client=ask, reference="T-1", stage=early, count=True)
    print("found", found.count, found.results[0].size.money.amount)

    after = ""
    while (page := read_events.sync(client=ask, after=after)).results:
        after = page.next_cursor
        for event in page.results:
            if event.object_.id == made.id:
                print(event.type_)


if __name__ == "__main__":
    main(sys.argv[1])
