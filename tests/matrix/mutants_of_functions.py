"""Mutants of who acts, of who is let into a deal, and of the triggers behind it: as in `mutants_of_audiences`."""

from dataclasses import dataclass

import psycopg

from tests.matrix.mutants_of_audiences import MEMBERS, PLACES, Slips

ACTING: Slips = {
    "wall.acts_for": {
        "a suspended person acts": ("WHERE id = actor AND is_active;", "WHERE id = actor;"),
        "a system that is switched off acts": ("WHERE c.id = actor AND c.is_active\n", "WHERE c.id = actor\n"),
        "a system of a suspended person acts": (
            "s.id = c.responsible_id AND s.is_active AND",
            "s.id = c.responsible_id AND",
        ),
        "a system of a person who moved acts": ("AND s.institution_id = c.institution_id))", "))"),
    },
    "wall.act": {
        "whoever can't act is nobody, and not told so": ("IF home IS NULL AND kind <> 'nobody' THEN", "IF false THEN"),
        "a person is not on its team": ("IF kind IN ('person', 'client') THEN", "IF false THEN"),
        "a job is on the team": (
            "mine := mine || home ||",
            "mine := mine || home || ARRAY(SELECT person_id FROM institutions_teammember WHERE owner_id = home) ||",
        ),
        "nobody is in a network": ("|| wall.networks_of(home);", ";"),
        "everybody is in every network": (
            "|| wall.networks_of(home);",
            "|| ARRAY(SELECT id FROM institutions_network);",
        ),
        "an institution is told nothing as one": ("mine := mine || home ||", "mine := mine ||"),
        "the secretariat sees as every institution": (
            "PERFORM set_config('orebook.actor'",
            "IF curator THEN mine := mine || ARRAY(SELECT id FROM institutions_institution); END IF; PERFORM "
            "set_config('orebook.actor'",
        ),
    },
    "wall.networks_of": {
        "applicants and suspended members are in the network": ("AND m.status IN ('member', 'observer')", ""),
        "observers are not in the network": ("AND m.status IN ('member', 'observer')", "AND m.status = 'member'"),
        "a membership that ended counts": ("AND (m.until IS NULL OR m.until > current_date)", ""),
        "a member of an ended network is told in its successor's": (
            "AND (n.ended_on IS NULL OR n.ended_on > current_date",
            "AND (true",
        ),
        "a network that ended without a successor is told nothing": (
            "OR NOT EXISTS (SELECT FROM institutions_network s WHERE s.predecessor_id = n.id)",
            "OR false",
        ),
        "what an ended network was told is told to nobody": ("WHERE p.ended_on <= current_date", "WHERE false"),
    },
    "wall.principals": {
        "without an identity one sees as everybody": (
            "ARRAY[wall.everyone()]",
            "ARRAY(SELECT id FROM institutions_institution)",
        ),
    },
}
LETTING_IN: Slips = {
    "deals.party_reaches": {
        "a party that left still counts": ("deals.at(NEW.left_on, 'infinity')", "'infinity'"),
        "an NDA that ended still counts": ("least(gone, deals.at(NEW.nda_expires_on, 'infinity'))", "gone"),
        "an NDA counts before it is signed": ("deals.at(NEW.nda_signed_on, now()),\n", "'-infinity',\n"),
        "an invitation without an NDA is as with one": ("'invited', deals.at", "'parties', deals.at"),
        "who is invited for later is let in": ("deals.at(NEW.invited_on, now()), gone", "'-infinity', gone"),
        "an invitation that one person prepared lets in": ("IF NEW.state <> 'confirmed' THEN", "IF false THEN"),
        "a party is let in as the lead": (
            "'parties', deals.at(NEW.nda_signed_on",
            "'lead', deals.at(NEW.nda_signed_on",
        ),
    },
    "deals.role_reaches": {
        "any role is the lead": ("NEW.role = 'coordinator' AND", ""),
        "a role that one person prepared lets in": ("AND NEW.state = 'confirmed'", ""),
        "a coordinator whose role ended still counts": ("deals.at(NEW.until, 'infinity')", "'infinity'"),
    },
    "wall.set_reach": {
        "a later coordinator is as the first": ("SET generation = generation + 1", "SET generation = generation"),
    },
    "deals.leave": {
        "who left is not out": ("IF NEW.answer IN ('declined', 'left') THEN", "IF false THEN"),
        "who left is out only where it was invited": (
            "AND ends > now() ORDER",
            "AND ends > now() AND level = 'invited' ORDER",
        ),
    },
    "deals.stays_out": {
        "who left comes back by a row of before": ("r.answer IN ('declined', 'left')", "false"),
    },
    "deals.consent_ends": {
        "a document is shown beyond its consent's last day": ("c.until + 1", "c.until + 365"),
        "a consent that is taken back still shows": (", c.ended_at)", ", NULL)"),
    },
    "wall.after_grant": {
        "a row that is named is not moved": ("IF a.row_id IS NULL THEN", "IF false THEN"),
        "a second name changes nothing": ("PERFORM wall.sync(a.id)", "PERFORM 1"),
        "naming somebody tells later coordinators": (", a.ends, a.generation);", ", a.ends);"),
    },
}

# Without these nothing happens after what lets in or takes out.
TRIGGERS = (
    "wall_05_circle ON deals_deal",
    "wall_90_reach ON deals_party",
    "wall_90_reach ON deals_dealrole",
    "wall_90_leaves ON deals_partyreply",
    "wall_15_within_consent ON deals_document",
    "wall_90_ends ON deals_sponsorconsent",
    "wall_15_out ON institutions_reach",
    "wall_90_grant ON institutions_grant",
    "wall_90_deal ON institutions_dealteam",
    "wall_90_deal ON institutions_teammember",
    "wall_90_deal ON institutions_consent",
    "wall_90_move ON institutions_staff",
    "wall_90_move ON institutions_client",
)


@dataclass(frozen=True)
class Slip:
    """One mutant: in `function` these words for those; without words the trigger of that name is dropped."""

    name: str
    function: str
    words: str = ""
    instead: str = ""


SLIPS = (
    *(
        Slip(name, function, *said)
        for functions in (MEMBERS, PLACES, ACTING, LETTING_IN)
        for function, slips in functions.items()
        for name, said in slips.items()
    ),
    *(Slip("trigger dropped", trigger) for trigger in TRIGGERS),
)


def statement(connection: psycopg.Connection, slip: Slip) -> str:
    """What makes it so."""
    if not slip.words:
        return f"DROP TRIGGER {slip.function}"
    [(text,)] = connection.execute("SELECT pg_get_functiondef(%s::regproc)", [slip.function]).fetchall()
    assert slip.words in text, f"{slip.function} no longer says '{slip.words}': write the mutant '{slip.name}' anew"
    said: str = text.replace(slip.words, slip.instead)
    return said
