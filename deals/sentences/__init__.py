"""Events of a deal as sentences, for digests and histories. Pure: names come in, no query is made.

A sentence says what the event itself holds, which its reader may see, and names only what its reader resolved
(deals/selectors/naming.py).
"""

from deals.sentences import book, ledger, of_conditions, room
from deals.sentences.making import MAKERS, Detail, Weight, sentence, weight
from deals.sentences.merging import merged
from deals.sentences.names import CommitmentName, Names

MAKERS.update(room.MAKERS | book.MAKERS)

__all__ = ["CommitmentName", "Detail", "Names", "Weight", "ledger", "merged", "of_conditions", "sentence", "weight"]
