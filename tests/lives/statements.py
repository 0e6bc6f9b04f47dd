"""The attacks, by what they are about: each names the law that it would break."""

from collections.abc import Callable
from typing import Any

from deals.lifecycle import LEDGER_STAGES, SEEN_BY_TWO, STAGES, Class
from tests.lives import by_hand
from tests.lives.attacks import OTHERS, Attack
from tests.lives.seen import TABLES, Picture, Row

ENDED = tuple(stage.code for stage in STAGES.values() if stage.cls is Class.ENDED)
# Movements that two persons put into force.
BY_TWO = ("increase", "partial_cancellation", "reversal")
FIRM = tuple(stage.code for stage in STAGES.values() if stage.cls in (Class.CONDITIONAL, Class.FIRM))


def _stage(*stages: str) -> Callable[[Row, Picture], bool]:
    """Rows of commitments at these stages, or those commitments themselves."""

    def holds(row: Row, everything: Picture) -> bool:
        over = row if "stage" in row and "instrument" in row else everything.one("commitment", row["commitment_id"])
        return over is not None and over["stage"] in stages

    return holds


def _state(state: str) -> Callable[[Row, Picture], bool]:
    return lambda row, everything: bool(row["state"] == state)


def _set(of: str, what: str, name: str = "", **more: Any) -> Attack:
    # Says something else than what stands, so that a row that is changed is one that was changed.
    return Attack(name or f"{of}: {what}", of, f"UPDATE {{table}} SET {what} WHERE id = :id", **more)


def _tell(of: str, level: str, name: str = "", than: str = "<", **more: Any) -> Attack:
    """Told further (or, `than` '>', less) by one person, who has the audience made first."""
    sql = (
        f"SELECT wall.prepare(:deal, NULL, '{level}', :id); UPDATE {{table}} SET level = '{level}' WHERE id = :id"
        f" AND wall.rank(level) {than} wall.rank('{level}')"
    )
    return Attack(name or f"{of}: tell {level} of it alone", of, sql, **more)


_LIVE = tuple(code for code in STAGES if code not in ENDED)
_MOVEMENT = (
    "INSERT INTO deals_movement (id, owner_id, level, demo, state, deal_id, commitment_id, kind, amount, currency,"
    " effective_on, reference, committed_change, drawn_change, repaid_change) SELECT gen_random_uuid(), c.owner_id,"
    " 'own', false, '{state}', c.deal_id, c.id, '{kind}', {amount}, coalesce(nullif(s.currency, ''), 'USD'),"
    " current_date + {days}, '', 0, 0, 0"
    " FROM deals_commitment c LEFT JOIN deals_size s ON s.commitment_id = c.id WHERE c.id = :id"
)


def _movement(kind: str, amount: str, state: str = "prepared", days: int = 0) -> str:
    return _MOVEMENT.format(kind=kind, amount=amount, state=state, days=days)


_COMMITMENTS = (
    *(
        Attack(f"enter {to} alone", "commitment",
               f"UPDATE deals_commitment SET stage = '{to}' WHERE id = :id AND stage <> '{to}'", when=_stage(*_LIVE))
        for to in (*SEEN_BY_TWO, *ENDED)
    ),
    *(
        Attack(f"take the step to {to} without writing it down", "commitment",
               f"UPDATE deals_commitment SET stage = '{to}' WHERE id = :id AND stage <> '{to}'", when=_stage(*STAGES))
        for to in ("enquiry", "expression_of_interest", "indicative_terms", "due_diligence")
    ),
    _set("commitment", "stage = 'enquiry'", "come back from the dead", when=_stage(*ENDED)),
    *(
        _set("commitment", fact, when=_stage(*SEEN_BY_TWO))
        for fact in (
            "valid_until = '2100-01-01'", "valid_until = NULL", "valid_until = '2001-01-01'", "account = 'x'",
            "via = 'x'",
            "borrower_level = CASE borrower_level WHEN 'sponsor' THEN 'project' ELSE 'sponsor' END",
            "on_behalf_of = 'x'", "agreement_reference = 'x'", "signed_on = '2001-01-01'",
            "instrument = CASE instrument WHEN 'grant' THEN 'equity' ELSE 'grant' END",
        )
    ),
    _set("commitment", "tranche_id = NULL", when=_stage(*FIRM)),
    _tell("commitment", "own", "hide what is signed", than=">", when=_stage(*LEDGER_STAGES)),
    _set("commitment", "institution_id = :rival"),
    Attack("register what is firm", "commitment",
           "INSERT INTO deals_commitment SELECT * FROM jsonb_populate_record(NULL::deals_commitment, :copy ||"
           " '{\"stage\": \"approved\", \"level\": \"own\"}')"),
    Attack("publish for oneself", "commitment",
           "INSERT INTO deals_commitment SELECT * FROM jsonb_populate_record(NULL::deals_commitment, :copy ||"
           " '{\"origin\": \"published\", \"level\": \"public\"}')"),
)  # fmt: skip

_SIZES = (
    _set("size", "amount = amount + 1", when=lambda row, e: row["amount"] is not None and _stage(*SEEN_BY_TWO)(row, e)),
    _set("size", "currency = CASE currency WHEN 'USD' THEN 'EUR' ELSE 'USD' END", when=_stage(*SEEN_BY_TWO)),
    _set("size", "qualifier = CASE qualifier WHEN 'exact' THEN 'up_to' ELSE 'exact' END, amount = coalesce(amount, 1)",
         when=_stage(*SEEN_BY_TWO)),
    *(_set("size", what) for what in (
        "amount = 0.0001, currency = 'USD', qualifier = 'exact'", "amount = 1.5, currency = 'JPY', qualifier = 'exact'",
        "amount = 1, currency = 'XXY', qualifier = 'exact'", "amount = 'NaN', currency = 'USD', qualifier = 'exact'",
        "amount = -1, currency = 'USD', qualifier = 'exact'", "amount = NULL, qualifier = 'exact'",
    )),
    Attack("a second size", "size",
           "INSERT INTO deals_size SELECT * FROM jsonb_populate_record(NULL::deals_size, :copy ||"
           " '{\"level\": \"own\"}')"),
    _tell("price", "parties"),
)  # fmt: skip

_LEDGER = (
    *(
        Attack(f"record {said}", "commitment", sql, when=_stage(*LEDGER_STAGES))
        for said, sql in (
            ("a drawdown beyond what is committed", _movement("drawdown", "s.amount + 1")),
            ("a drawdown of tomorrow", _movement("drawdown", "1", days=1)),
            ("a drawdown of less than nothing", _movement("drawdown", "-1")),
            ("more repaid than drawn", _movement("repayment", "s.amount + 1")),
            ("an increase alone", _movement("increase", "1", "confirmed")),
            ("a cancellation alone", _movement("partial_cancellation", "1", "confirmed")),
            ("a second beginning", _movement("initial", "1")),
            ("a transfer to nobody", _movement("transfer_out", "1")),
        )
    ),
    Attack("draw before anything is effective", "commitment", _movement("drawdown", "1"),
           when=_stage(*(code for code in STAGES if code not in ("effective", "disbursing")))),
    _set("movement", "state = 'confirmed'", when=_state("prepared")),
    _set("movement", "state = 'rejected'",
         when=lambda row, e: row["state"] == "confirmed" and row["kind"] in BY_TWO),
    *(_set("movement", what) for what in (
        "amount = amount + 1", "effective_on = '2001-01-01'", "committed_change = 1", "drawn_change = 1",
        "kind = 'increase'", "commitment_id = :new", "recorded_at = NULL",
    )),
    _set("transfer", "state = 'confirmed'", when=_state("prepared")),
    *(_set("transfer", what) for what in ("amount = amount + 1", "to_id = :rival", "effective_on = '2001-01-01'")),
    Attack("offer alone", "commitment",
           "INSERT INTO deals_transfer (id, owner_id, level, demo, state, deal_id, commitment_id, to_id, amount,"
           " currency, effective_on, reference) SELECT gen_random_uuid(), owner_id, 'own', false, 'confirmed', deal_id,"
           " id, :rival, 1, 'USD', current_date, '' FROM deals_commitment WHERE id = :id"),
)  # fmt: skip

_CONDITIONS = (
    _set("condition", "state = 'satisfied', decided_on = current_date, evidence = '', evidence_reference = ''",
         "satisfy without evidence", when=_state("open")),
    _set("condition", "state = 'waived', decided_on = current_date, reason = ''", "waive without reason",
         when=_state("open")),
    _set("condition", "state = 'waived', decided_on = current_date, reason = 'x'", "waive alone",
         when=lambda row, e: row["state"] == "open" and (row["commitment_id"] is None or _stage(*FIRM)(row, e))),
    _set("condition", "state = 'satisfied', decided_on = current_date + 1, evidence = 'x'", "satisfied tomorrow",
         when=_state("open")),
    _set("condition", "state = 'open', decided_on = NULL", "open again", when=lambda row, e: row["state"] != "open"),
    _set("condition", "text = text || 'x'", "word it anew",
         when=lambda row, e: row["commitment_id"] is None or _stage(*FIRM)(row, e)),
    Attack("a condition of what is effective", "commitment",
           "INSERT INTO deals_condition (id, owner_id, level, demo, origin, deal_id, commitment_id, kind, text,"
           " responsible, state, evidence, evidence_reference, reason) SELECT gen_random_uuid(), owner_id, 'own',"
           " false, 'registered', deal_id, id, 'other', 'x', '', 'open', '', '', '' FROM deals_commitment"
           " WHERE id = :id",
           when=_stage(*FIRM, *ENDED)),
    Attack("a condition that is satisfied from the beginning", "condition",
           "INSERT INTO deals_condition SELECT * FROM jsonb_populate_record(NULL::deals_condition, :copy ||"
           " '{\"level\": \"own\", \"state\": \"satisfied\", \"decided_on\": \"2025-01-01\","
           " \"evidence\": \"x\"}')"),
)  # fmt: skip

_APPROVALS = (
    _set("approval", "decision = 'confirmed', decided_by_id = :me, decided_at = now()", "confirm what one prepared",
         when=lambda row, e: not row["decision"], by="preparer"),
    _set("approval", "decision = 'confirmed', decided_by_id = :approver, decided_at = now()",
         "confirm in another's name", when=lambda row, e: not row["decision"], by="preparer"),
    _set("approval", "asks = '{}'"), _set("approval", "row_id = :new"), _set("approval", "prepared_from = ''"),
    _set("approval", "prepared_by_id = :approver", by="preparer"),
    _set("approval", "decision = '', decided_by_id = NULL, decided_at = NULL", "ask again",
         when=lambda row, e: bool(row["decision"])),
    _set("approval", "decided_xact = journal.xact()", "use it again",
         when=lambda row, e: bool(row["decision"])),
    Attack("an approval that is confirmed from the beginning", "approval",
           "INSERT INTO institutions_approval SELECT * FROM jsonb_populate_record(NULL::institutions_approval, :copy)",
           when=lambda row, e: row["decision"] == "confirmed"),
)  # fmt: skip

_OF_THE_DEAL = (
    *(Attack(f"move the deal to {to} alone", "deal",
             f"UPDATE deals_deal SET status = '{to}' WHERE id = :id AND status <> '{to}'")
      for to in ("closed", "cancelled")),
    *(Attack(f"move the deal to {to} without writing it down", "deal",
             f"UPDATE deals_deal SET status = '{to}' WHERE id = :id AND status <> '{to}'")
      for to in ("draft", "documentation", "completed", "suspended")),
    _set("deal", "target_amount = 'NaN'"), _set("deal", "target_amount = 0.0001, target_currency = 'USD'"),
    *(_set(of, "state = 'confirmed'", when=_state("prepared"))
      for of in ("party", "dealrole", "allocation", "allocationline", "allocationacceptance")),
    _set("party", "nda_signed_on = '2001-01-01', nda_expires_on = '2100-01-01'", "sign for another",
         when=lambda row, e: row["state"] == "confirmed"),
    _set("party", "left_on = NULL", "let in again", when=lambda row, e: bool(row["left_on"])),
    _set("party", "institution_id = :rival"), _set("dealrole", "role = 'adviser'"),
    Attack("invite alone", "deal",
           "INSERT INTO deals_party (id, owner_id, level, demo, origin, state, deal_id, institution_id, invited_on,"
           " nda_company, nda_version) SELECT gen_random_uuid(), owner_id, 'own', false, 'registered', 'confirmed', id,"
           " :outsider, current_date, '', '' FROM deals_deal WHERE id = :id"),
    Attack("name a coordinator alone", "deal",
           "INSERT INTO deals_dealrole (id, owner_id, level, demo, origin, state, deal_id, institution_id, role)"
           " SELECT gen_random_uuid(), owner_id, 'own', false, 'registered', 'confirmed', id, :outsider, 'coordinator'"
           " FROM deals_deal WHERE id = :id"),
    _set("tranche", "amount = 0.01", "seek less than is allocated",
         when=lambda row, e: by_hand.allocated(e, row["id"]) > 1),
    *(_set("allocationcounter", what) for what in ("allocated = 0", "allocated = allocated + 1", "ceiling = 1e12")),
    _set("allocationline", "amount = bid"), _set("allocationline", "institution_id = :rival"),
    _set("allocation", "total = 1"), _set("allocationacceptance", "given_back_on = current_date"),
    _set("allocationacceptance", "answer = 'declined'"),
)  # fmt: skip

_DISCLOSURE = (
    _tell("document", "public", "beyond the consent", when=lambda row, e: bool(row["consent_id"])),
    _set("document", "consent_id = NULL, basis = 'own'"), _set("document", "shown_until = NULL"),
    _set("sponsorconsent", "widest = 'public'"),
    _set("grant", "ends = 'infinity'", "show it for longer"), _set("grant", "institution_id = :rival"),
    Attack("name an institution alone", "commitment",
           "INSERT INTO institutions_grant (id, owner_id, level, demo, deal_id, row_id, institution_id, ends) SELECT"
           " gen_random_uuid(), owner_id, 'own', false, deal_id, id, :outsider, 'infinity' FROM deals_commitment"
           " WHERE id = :id"),
    *(_tell(table.split("_", 1)[1], "network") for table, declared in TABLES.items() if declared.wall.four_eyes),
)  # fmt: skip

# Of every table: who is not its owner changes nothing in it and writes no row in the owner's name, and nobody deletes
# or changes whose a row is, to whom it is told by the wall, or when it was made.
EVERYWHERE = tuple(
    attack
    for table, declared in TABLES.items()
    for of in [table.split("_", 1)[1]]
    for attack in (
        Attack(f"{of}: change another's", of, "UPDATE {table} SET level = level WHERE id = :id", by=OTHERS),
        Attack(f"{of}: write in another's name", of,
               "INSERT INTO {table} SELECT * FROM jsonb_populate_record(NULL::{table}, :copy)", by=OTHERS),
        Attack(f"{of}: delete", of, "DELETE FROM {table} WHERE id = :id"),
        *(_set(of, f"{column} = {column}") for column in (
            "owner_id", "audience_id", "created_at", "updated_at", "told_at", "demo", "id", declared.deal,
        )),
    )
)  # fmt: skip

POINTED = (*_COMMITMENTS, *_SIZES, *_LEDGER, *_CONDITIONS, *_APPROVALS, *_OF_THE_DEAL, *_DISCLOSURE)
ATTACKS = (*POINTED, *EVERYWHERE)

_WALLS = ("audience", "audiencemember", "standing", "reach", "circle", "epoch")
# What is about no row: the log and the wall's own tables, and the way out of the application's role.
ANYWHERE = (
    *(f"DELETE FROM institutions_{table}" for table in _WALLS),
    *(f"INSERT INTO institutions_{table} SELECT * FROM institutions_{table}" for table in _WALLS),
    "UPDATE institutions_audience SET level = 'public'",
    "UPDATE institutions_audiencemember SET ends = 'infinity'",
    "DELETE FROM institutions_event",
    "UPDATE institutions_event SET after = '{}'",
    "TRUNCATE institutions_event",
    "INSERT INTO institutions_event SELECT * FROM institutions_event LIMIT 1",
    "SELECT journal.write('deals_deal', gen_random_uuid(), 'created', NULL, '{}', NULL, NULL)",
    "SELECT wall.set_reach(gen_random_uuid(), :deal, :me, 'lead', '-infinity', 'infinity')",
    "SELECT deals.uncount(gen_random_uuid())",
    "SELECT wall.sync_deal(:deal)",
    "SELECT wall.approved(:me, :me, '{}', '')",
    "SET session_replication_role = replica",
    "SET ROLE orebook_owner",
    "SET row_security = off; SELECT * FROM deals_deal",
    "ALTER TABLE deals_commitment DISABLE TRIGGER ALL",
    "ALTER TABLE deals_commitment NO FORCE ROW LEVEL SECURITY",
    "DROP POLICY wall_read ON deals_commitment",
    "LOCK TABLE deals_commitment",
    "CREATE TABLE mine (id int)",
    "CREATE FUNCTION wall.mine() RETURNS uuid LANGUAGE sql AS 'SELECT gen_random_uuid()'",
)
