"""Events of a deal or a project as sentences, for digests and histories. Pure: names come in, no query is made.

A sentence says what the event itself holds, which its reader may see, and names only what its reader resolved
(deals/selectors/naming.py). It is in the language that is active: each head is a whole pattern of its own, because no
other language puts the parts of an English sentence in the English order (config/locale/README.md).
"""

from deals.sentences import book, ledger, of_conditions, of_deals, of_money, of_projects, room
from deals.sentences.making import MAKERS, Detail, Weight, sentence, weight
from deals.sentences.merging import merged
from deals.sentences.names import CommitmentName, Names

for module in (of_deals, of_money, of_conditions, ledger, room, book, of_projects):
    MAKERS.update(module.MAKERS)

__all__ = ["CommitmentName", "Detail", "Names", "Weight", "merged", "sentence", "weight"]
