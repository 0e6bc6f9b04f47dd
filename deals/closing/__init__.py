"""What blocks financial close: who waits for whom, where that goes in a circle, which conditions hold up all others.

Pure: made of what the asker may see (deals/selectors/closing.py), and nothing is asked here.
"""

from deals.closing.blocking import Blocker, Circle, Closing, Follower, How, OpenCondition, Wait, closing, reached
from deals.closing.graph import breaks, circle_through

__all__ = [
    "Blocker",
    "Circle",
    "Closing",
    "Follower",
    "How",
    "OpenCondition",
    "Wait",
    "breaks",
    "circle_through",
    "closing",
    "reached",
]
