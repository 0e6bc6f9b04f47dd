"""Admissions and changes of memberships, in the language of the secretariat's people."""

from datetime import date

import pytest

from institutions.isolation.session import acting_as
from institutions.languages import Language
from institutions.models import Membership, Staff
from network.services.preferences import prefer
from tests.admission import prepared
from tests.cast import Cast
from tests.web import Web

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("second_factor_is_free")]

# A member of a network: of a team it would be another word.
MEMBER = {Language.FR: "membre", Language.JA: "会員", Language.KO: "회원"}
EACH = list(MEMBER)


def reads(who: Staff, language: Language) -> Web:
    with acting_as(who):
        prefer(by=who, language=language)
    return Web(who)


@pytest.mark.parametrize("language", EACH)
def test_an_approver_reads_what_is_asked_and_no_english(cast: Cast, language: Language) -> None:
    prepared(cast)
    page = reads(cast.dirk, language).get("approvals")
    assert f"({MEMBER[language]})" in page.seen.replace("（", "(").replace("）", ")")
    assert "Admission of" not in page.seen
    assert "Admit Aurora" not in page.seen


@pytest.mark.parametrize("language", EACH)
def test_a_refusal_calls_a_standing_what_the_list_of_memberships_calls_it(cast: Cast, language: Language) -> None:
    with acting_as(cast.dora):
        standing = Membership.objects.get(institution=cast.bank("maple"), until=None)
    page = reads(cast.dora, language).post(
        "change_membership",
        membership=str(standing.pk),
        kind="reinstatement",
        on=date.today().isoformat(),
        reason="Its licence is looked at",
    )
    assert page.status == 422
    quoted = {Language.FR: "«\N{NO-BREAK SPACE}%s\N{NO-BREAK SPACE}»", Language.JA: "「%s」", Language.KO: "‘%s’"}
    assert quoted[language] % MEMBER[language] in page.text
