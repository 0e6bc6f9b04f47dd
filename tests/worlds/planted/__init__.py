"""Mistakes that a developer could make one day, each of which tells of what is hidden: the crawl must find them all."""

from tests.worlds.planted.caches import CACHES
from tests.worlds.planted.counts import COUNTS
from tests.worlds.planted.hooks import HOOKS
from tests.worlds.planted.leak import Leak
from tests.worlds.planted.mails import MAILS
from tests.worlds.planted.moments import MOMENTS
from tests.worlds.planted.policies import POLICIES
from tests.worlds.planted.questions import QUESTIONS
from tests.worlds.planted.refusals import REFUSALS

PLANTED: tuple[Leak, ...] = (*COUNTS, *MOMENTS, *QUESTIONS, *REFUSALS, *POLICIES, *CACHES, *MAILS, *HOOKS)
