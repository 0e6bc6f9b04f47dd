"""The digests of one period in a world: what each of its readers is told of the deal that all follow."""

import os

import psycopg
from django.core import mail
from django.core.mail import EmailMultiAlternatives

from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import Staff
from network.models import Carries, MailPolicy
from network.services.mail_policy import set_policy
from tests.acts import condition, letter
from tests.cast import Cast
from tests.network.digest_acts import send_now
from tests.worlds.comparing import LOOKERS, Looker, Worlds
from tests.worlds.crawl import Answer

# Who acts in secret, or is told of it.
IN_ON_IT = ("mina", "joon", "marc", "mary", "cora")
# Whose digests are looked at as they are for any looker, and for the lead.
READERS = next(each for each in LOOKERS if each.name == "a rival's officer")
LEADS = next(each for each in LOOKERS if each.leads)


def digests(worlds: Worlds, looker: Looker) -> list[Answer]:
    """What everybody's digest says in the present test database, once something happened that several may see."""
    cast = Cast.find()
    _all_follow(cast)
    news(cast)
    # None is made before the first of a test is sent.
    mail.outbox = []
    send_now()
    sent = {message.to[0]: message for message in mail.outbox if isinstance(message, EmailMultiAlternatives)}
    mask = worlds.mask()
    return [
        Answer(f"digest of {who}", mask(_said(sent[who]) if who in sent else "none"))
        for who in sorted(Staff.objects.filter(is_active=True).values_list("email", flat=True))
        if who.split("@")[0] not in IN_ON_IT and who.endswith("@austral.example") == looker.leads
    ]


def _said(message: EmailMultiAlternatives) -> str:
    """All but the Message-ID, which is the ledger's row's."""
    headers = {name: text for name, text in message.extra_headers.items() if name != "Message-ID"}
    forms = [str(content) for content, _ in message.alternatives]
    return "\n".join(
        [str(message.subject), message.from_email, *message.recipients(), *message.reply_to, str(headers),
         str(message.body), *forms]
    )  # fmt: skip


def _all_follow(cast: Cast) -> None:
    """From before the hidden acts on, also those from whom the deal is hidden: as if each had seen it once."""
    for who, person in cast.people.items():
        if who in IN_ON_IT or MailPolicy.objects.filter(institution=person.institution_id).exists():
            continue
        with acting_as(person):
            if person.role == "officer":
                set_policy(by=person, carries=Carries.FULL, cap=Carries.FULL)
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as owner:
        owner.execute(
            "INSERT INTO network_follow (id, person_id, deal_id)"
            " SELECT gen_random_uuid(), s.id, %(deal)s FROM institutions_staff s WHERE NOT EXISTS"
            " (SELECT FROM network_follow f WHERE f.person_id = s.id AND f.deal_id = %(deal)s AND f.ended_at IS NULL)",
            {"deal": cast.deal.pk},
        )
        owner.execute("UPDATE network_follow SET since_xact = (SELECT min(since_xact) FROM network_follow)")


def news(cast: Cast) -> None:
    """What parties see, and parts of it that they don't."""
    letter(cast, Level.PARTIES, size_level=Level.OWN, money="21000000")
    told = letter(cast, Level.PARTIES, by="sora", approver="shin", money="22000000")
    condition(cast, told, by="sora", approver="shin", level=Level.PARTIES)
    letter(cast, Level.LEAD, by="rolf", approver="rita", money="23000000")
