"""The fictional people of the demo, who log in and act; each bank has an officer and an approver."""

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from deals.demo.report import Report
from institutions.models import Institution, Staff
from institutions.permissions import Role

# Of accounts that only a demo installation has; printed to whoever starts one.
PASSWORD = "every-ounce-counts"  # noqa: S105

# Institution: its domain. `.example` is nobody's, so no mail of the demo can reach a real bank.
DOMAINS = {
    "export-finance-australia": "efa.example",
    "kexim": "kexim.example",
    "edc": "edc.example",
    "kfw-ipex-bank": "kfw-ipex.example",
    "us-exim": "us-exim.example",
    "nexi": "nexi.example",
    "jbic": "jbic.example",
    "euler-hermes-ufk": "euler-hermes.example",
    "eib": "eib.example",
    "finnvera": "finnvera.example",
    "bpifrance": "bpifrance.example",
    "kfw-rohstofffonds": "rohstofffonds.example",
    "cba": "cba.example",
    "ing": "ing.example",
    "natixis": "natixis.example",
    "secretariat": "secretariat.example",
}


@dataclass(frozen=True)
class Person:
    institution: str
    role: Role
    name: str
    account: str

    @property
    def email(self) -> str:
        return f"{self.account}@{DOMAINS[self.institution]}"


def _pair(institution: str, officer: str, approver: str) -> tuple[Person, Person]:
    return (
        Person(institution, Role.OFFICER, officer, "officer"),
        Person(institution, Role.APPROVER, approver, "approver"),
    )


PEOPLE = (
    *_pair("export-finance-australia", "Olive Marsh", "Arthur Wren"),
    # Keeps its people and systems, and sees no deal more than its colleagues.
    Person("export-finance-australia", Role.INSTITUTION_ADMIN, "Adele North", "admin"),
    *_pair("kexim", "Oh Min-seo", "Ahn Ji-ho"),
    # Outside the team for which KEXIM has walled the deal off.
    Person("kexim", Role.OFFICER, "Choi Da-eun", "colleague"),
    *_pair("edc", "Odile Tremblay", "Andrew Clarke"),
    *_pair("kfw-ipex-bank", "Ole Petersen", "Anke Vogel"),
    *_pair("us-exim", "Olivia Reed", "Aaron Brooks"),
    *_pair("nexi", "Ota Haruka", "Abe Kenta"),
    *_pair("jbic", "Ono Sakura", "Arai Daichi"),
    *_pair("euler-hermes-ufk", "Oskar Brandt", "Amelie Kraus"),
    *_pair("eib", "Orsolya Varga", "Anton Ferrari"),
    *_pair("finnvera", "Outi Salmi", "Aino Koski"),
    *_pair("bpifrance", "Odette Girard", "Alain Roche"),
    *_pair("kfw-rohstofffonds", "Otto Lenz", "Annika Busch"),
    *_pair("cba", "Oscar Flynn", "Alice Doyle"),
    *_pair("ing", "Olga de Wit", "Arjan Bakker"),
    *_pair("natixis", "Octave Blanc", "Agathe Noel"),
    *_pair("secretariat", "Ona Lind", "Axel Roth"),
)


@dataclass(frozen=True)
class Bank:
    """An institution with the two people who act for it."""

    institution: Institution
    officer: Staff
    approver: Staff


def load_people(report: Report) -> dict[str, Bank]:
    """Makes the accounts that are not there yet, and answers with every bank by its slug."""
    homes = {home.slug: home for home in Institution.objects.filter(slug__in=DOMAINS)}
    known = set(Staff.objects.filter(email__in=[p.email for p in PEOPLE]).values_list("email", flat=True))
    new = [person for person in PEOPLE if person.email not in known]
    # Hashing is slow on purpose; one password needs it once.
    secret = make_password(PASSWORD) if new else ""
    Staff.objects.bulk_create(
        Staff(
            institution=homes[person.institution],
            email=person.email,
            name=person.name,
            role=person.role,
            password=secret,
            demo=True,
        )
        for person in new
    )
    report.count("staff", made=len(new), there=len(PEOPLE))
    accounts = {p.email: p for p in Staff.objects.select_related("institution").filter(demo=True)}
    return {
        slug: Bank(homes[slug], accounts[f"officer@{domain}"], accounts[f"approver@{domain}"])
        for slug, domain in DOMAINS.items()
    }


def log_ins() -> list[str]:
    """The table of log-ins, empty when the demo is not loaded."""
    there = {p.email: p for p in Staff.objects.select_related("institution").filter(demo=True, is_active=True)}
    cells = [
        (person.email, person.role.value, there[person.email].institution.name, PASSWORD)
        for person in PEOPLE
        if person.email in there
    ]
    if not cells:
        return []
    table = [("E-mail", "Role", "Institution", "Password"), *cells]
    widths = [max(len(line[i]) for line in table) for i in range(3)]
    return ["  ".join([*(f"{line[i]:<{widths[i]}}" for i in range(3)), line[3]]) for line in table]
