"""What is there in both worlds: something of everything that people see, so that the crawl has what to look at."""

from datetime import date

from django.db import connection

from deals.models import Deal, Interest, Kind
from deals.services.book_status import publish_book_status
from deals.services.deals import register_deal
from deals.services.inviting import invite
from deals.services.questions import answer_question, ask_question
from deals.services.teasers import Facts, release_teaser, reply_to_teaser
from institutions.isolation.levels import Level
from institutions.isolation.session import System, acting_as
from institutions.models import Staff
from institutions.services.clients import issue_client
from institutions.services.references import attach_reference
from network.models import Carries, WebhookEndpoint
from network.services.following import follow
from network.services.importing import confirm, start
from network.services.mail_policy import set_policy
from network.services.webhooks import make_endpoint
from tests.acts import condition, confirm_waiting, letter, move_money, published, signed
from tests.admission import prepared
from tests.cast import PASSWORD, Cast, in_a_year
from tests.deals.returning import returned, sum_up
from tests.packages import load_rates
from tests.project_acts import category, company, holding, mandate, offtake, project, screening, stage
from tests.room import approve, consent, document

# Banks with a webhook endpoint. Maple and Corner act in secret, or are told of it.
LISTENING = ("austral", "desk", "fjord", "hanok", "rhein", "sakura")


def endpoint_of(bank: str) -> WebhookEndpoint:
    """An endpoint on all events, at a public address that nobody calls."""
    with acting_as(None):
        client = issue_client(institution=bank, scopes=["registry:read", "webhooks:manage"]).client
    with acting_as(client):
        return make_endpoint(by=client, url="https://93.184.215.14/hook").endpoint


def settle(cast: Cast) -> None:
    """A deal with letters, signed money, a room and projects; everybody who may follows it."""
    with acting_as(System("test", cast.bank("desk").pk)):
        load_rates()
    _with_an_admin(cast)
    # The secretariat has a letter before it.
    prepared(cast)
    _money(cast)
    _corner(cast)
    _walled(cast)
    _room(cast)
    _projects(cast)
    _told_of_the_book(cast)
    for bank in LISTENING:
        endpoint_of(bank)
    _imports(cast)
    for who in ("ada", "mina", "rolf", "sora"):
        person = cast.people[who]
        with acting_as(person):
            follow(by=person, deal=cast.deal.pk)
            set_policy(by=person, carries=Carries.FULL, cap=Carries.FULL)


def _with_an_admin(cast: Cast) -> None:
    with acting_as(System("cast", cast.bank("desk").pk)):
        cast.people["ruth"] = Staff.objects.create_user(
            "ruth@rhein.example", PASSWORD, institution=cast.bank("rhein"), role="institution_admin", name="Ruth"
        )


def _money(cast: Cast) -> None:
    # Hanok's, which parties see; what it does about them in secret must move nothing.
    letter(cast, Level.PARTIES, size_level=Level.OWN, stage="expression_of_interest")
    letter(cast, Level.PARTIES, money="40000000")
    ours = signed(cast, Level.PARTIES, by="rolf", approver="rita", money="60000000")
    with acting_as(cast.rolf):
        attach_reference(by=cast.rolf, table="deals_commitment", object_id=ours.pk, scheme="loans", value="L-77")
    move_money(cast, ours, Kind.DRAWDOWN, "5000000", by="rolf", approver="rita")
    waits = letter(cast, Level.LEAD, by="rolf", approver="rita", money="70000000")
    condition(cast, waits, by="rolf", approver="rita", level=Level.LEAD)
    letter(cast, Level.PARTIES, by="sora", approver="shin", money="20000000")
    published(cast, about="rhein")


def _corner(cast: Cast) -> None:
    """A bank outside the network is in the deal too, and has told the lead of its interest."""
    with acting_as(cast.ada):
        party = invite(by=cast.ada, deal=cast.deal, institution=cast.bank("corner"), on=date.today(),
                       nda_signed_on=date.today(), nda_expires_on=in_a_year())  # fmt: skip
    confirm_waiting(cast, party, by="abe")
    letter(cast, Level.LEAD, by="cora", approver="cora", money="10000000", stage="expression_of_interest")


def _walled(cast: Cast) -> None:
    """A deal of Hanok's that its colleague has seen once, before it was walled off."""
    with acting_as(cast.mina):
        deal = register_deal(by=cast.mina, network=cast.network, slug="larch", name="Larch package")
    with acting_as(cast.mina), connection.cursor() as cursor:
        cursor.execute("SELECT wall.wall_off(%s, %s)", [deal.pk, [cast.mina.pk, cast.joon.pk]])


def _room(cast: Cast) -> None:
    approve(cast, document(cast, Level.PARTIES, by="ada"), by="ada")
    document(cast, Level.LEAD, by="rolf", consent=consent(cast))
    # Of Hanok's own, so that all of Hanok sees its company, whoever is on the deal team.
    consent(cast, by="mina")
    with acting_as(cast.rolf):
        question = ask_question(by=cast.rolf, deal=cast.deal, text="Is the offtake binding?")
    with acting_as(cast.ada):
        answer_question(by=cast.ada, question=question, text="For 60 per cent of it.")


def _told_of_the_book(cast: Cast) -> None:
    """A book status, and teasers to a party and to a stranger."""
    with acting_as(cast.ada):
        publish_book_status(by=cast.ada, deal=Deal.objects.get(pk=cast.deal.pk))
        teasers = [
            release_teaser(
                by=cast.ada, deal=cast.deal, to=cast.bank(bank), until=in_a_year(), reply_to="Ada",
                facts=Facts(place="Australia"),
            )
            for bank in ("rhein", "fjord")
        ]  # fmt: skip
    for teaser in teasers:
        confirm_waiting(cast, teaser, by="abe")
    with acting_as(cast.rolf):
        reply_to_teaser(by=cast.rolf, teaser=teasers[0], answer=Interest.INTERESTED, note="Call us.")


def _imports(cast: Cast) -> None:
    """A file that was imported, and one that still asks; of a bank whose people look, and of the lead."""
    for who in ("rolf", "ada"):
        person = cast.people[who]
        for amount, done in (("USD 5m", True), ("$6m", False)):
            lines = f"deal,instrument,stage,amount\nwattle,Loan,EoI,{amount}\n"
            with acting_as(person):
                source = start(by=person, kind="commitments", name="a.csv", content=lines.encode())
                if done:
                    confirm(by=person, source=source)


def _projects(cast: Cast) -> None:
    known = project(cast, "Wattle", by="ada", level=Level.NETWORK, country="AU", place=("-22.5", "133.2"))
    with acting_as(cast.ada):
        Deal.objects.filter(pk=cast.deal.pk).update(project=known)
    stage(cast, known, "feasibility", date.today(), by="rolf")
    project(cast, "Wattle Hill", by="rolf", country="AU", place=("-22.6", "133.1"))
    sponsor = company(cast, "Wattle Sponsor", by="rolf", country="AU")
    holding(cast, known, sponsor, "60", by="rolf")
    offtake(cast, known, sponsor, "30", by="rolf")
    category(cast, known, "B", by="rolf")
    screening(cast, known, by="rolf")
    mandate(cast, by="marc", countries=("AU",))
    mandate(cast, by="rolf", level=Level.OWN)
    for bank, money, level in (("maple", "50", Level.NETWORK), ("hanok", "112", Level.OWN), ("sakura", "60", Level.OWN),
                               ("austral", "53", Level.OWN)):  # fmt: skip
        returned(cast, bank, money, level=level)
    sum_up(cast)
