"""What pages refuse, and codes that have one name in English and several elsewhere, in each person's language."""

import pytest

from deals.models import SponsorConsent
from institutions.isolation.session import acting_as
from institutions.languages import Language
from tests.cast import Cast
from tests.network.receivers import Receiver, endpoint_for
from tests.room import consent
from tests.web import Web, reads

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("second_factor_is_free")]


@pytest.mark.parametrize(
    ("language", "says"),
    [
        (Language.FR, ("mettre fin à un consentement", "le droit « deals:write »")),
        (Language.JA, ("同意の終了", "権限「deals:write」")),
        (Language.KO, ("동의 종료", "‘deals:write’ 권한")),
    ],
)
def test_what_somebody_may_not_do_is_named_in_it(cast: Cast, language: Language, says: tuple[str, ...]) -> None:
    made = consent(cast)
    page = reads(cast, "rita", language).post("deals_consent_end", made.pk)
    assert page.status == 403
    for said in says:
        assert said in page.seen
    for english in ("You may not", "end a consent", "the right"):
        assert english not in page.seen
    assert "You may not end a consent: it needs the right 'deals:write'." in (
        Web(cast.people["abe"]).post("deals_consent_end", consent(cast, by="ada").pk).seen
    )
    with acting_as(cast.rolf):
        assert SponsorConsent.objects.get(pk=made.pk).ended_at is None


@pytest.mark.parametrize(
    ("language", "says"),
    [
        (Language.FR, "L’adresse ne mène nulle part sur l’internet public"),
        (Language.JA, "アドレスが公開インターネット上に存在しません"),
        (Language.KO, "주소가 공개 인터넷에 존재하지 않습니다"),
    ],
)
def test_a_webhook_is_refused_in_it(managers: Cast, receiver: Receiver, language: Language, says: str) -> None:
    web = reads(managers, "root", language)
    page = web.post("webhook_new", url="https://169.254.169.254/")
    assert page.status == 422
    assert says in page.seen
    made = endpoint_for(managers.root, receiver)
    seen = web.get("webhook", made.endpoint.pk).seen
    for english in ("What it was told", "Send a test", "Another secret", "Hours for which", "in use", "Only these"):
        assert english not in seen


@pytest.mark.parametrize(
    ("language", "kind", "status", "empty"),
    [
        (Language.FR, "Documentation contractuelle", "Documentation", "Rien ne correspond"),
        (Language.JA, "契約書類", "契約書作成中", "該当なし"),
        (Language.KO, "계약서류", "계약서 작성", "맞는"),
    ],
)
def test_kinds_of_conditions_are_no_stages_of_deals_in_it(
    cast: Cast, language: Language, kind: str, status: str, empty: str
) -> None:
    web = reads(cast, "rolf", language)
    # What a condition is about and where a deal stands have one name in English alone.
    assert kind in web.get("deals_condition_changelist").seen
    assert status in web.get("deals_deal_changelist").seen
    page = web.get("deals_deal_changelist", q="no such deal")
    assert empty in page.seen
    for english in ("Nothing here", "Show all", "Download", "By ", "Target", " deals", "Origin"):
        assert english not in page.seen
