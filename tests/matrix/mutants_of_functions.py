"""Mutants of the functions on which hangs who is let in: each changes a few words of one, or drops a trigger.

They are written by hand, since a function is no list of conditions. One whose words are no longer found fails the test:
it has to be written anew for what the function has become.
"""

from dataclasses import dataclass

import psycopg


@dataclass(frozen=True)
class Slip:
    """What somebody could have written instead. `words` '' stands for the trigger `function` itself, which is dropped."""

    name: str
    function: str
    words: str = ""
    instead: str = ""


_DESIRED = (
    Slip("each level is told one too wide", "wall.desired",
         "wall.rank(a.level) >= wall.rank(r.level)", "wall.rank(a.level) + 1 >= wall.rank(r.level)"),
    Slip("each level is told one too narrow", "wall.desired",
         "wall.rank(a.level) >= wall.rank(r.level)", "wall.rank(a.level) > wall.rank(r.level)"),
    Slip("every level is told to all in the deal", "wall.desired",
         "AND wall.rank(a.level) >= wall.rank(r.level)", ""),
    Slip("reach into another deal counts", "wall.desired", "r.deal_id = a.deal_id AND wall", "wall"),
    Slip("a later coordinator needs no consent", "wall.desired", "r.generation <= a.generation", "true"),
    Slip("consent is ignored", "wall.desired", "WHERE c.owner_id = a.owner_id", "WHERE false"),
    Slip("another's consent counts", "wall.desired", "c.owner_id = a.owner_id\n", "true\n"),
    Slip("consent to another counts", "wall.desired", "AND c.institution_id = r.institution_id", ""),
    Slip("who left, or whose NDA ended, still counts", "wall.desired", "SELECT r.institution_id, r.starts, r.ends\n",
         "SELECT r.institution_id, r.starts, 'infinity'\n"),
    Slip("who is not let in yet counts", "wall.desired", "SELECT r.institution_id, r.starts, r.ends\n",
         "SELECT r.institution_id, '-infinity', r.ends\n"),
    Slip("an expired grant still counts", "wall.desired", "SELECT g.institution_id, g.starts, g.ends",
         "SELECT g.institution_id, g.starts, 'infinity'"),
    Slip("a grant counts before it begins", "wall.desired", "SELECT g.institution_id, g.starts, g.ends",
         "SELECT g.institution_id, '-infinity', g.ends"),
    Slip("a grant of any row counts", "wall.desired", "WHERE g.row_id = a.row_id", ""),
    Slip("grants are ignored", "wall.desired", "WHERE g.row_id = a.row_id", "WHERE false"),
    Slip("addressees are ignored", "wall.desired", "WHERE a.addressee_id IS NOT NULL AND NOT a.while_in_deal", "WHERE false"),
    Slip("an addressee who is out of the deal still counts", "wall.desired",
         "WHERE a.addressee_id IS NOT NULL AND NOT a.while_in_deal", "WHERE a.addressee_id IS NOT NULL"),
    Slip("what is addressed to one is told to all in the deal", "wall.desired",
         "AND r.institution_id = a.addressee_id", ""),
    Slip("what is addressed to the registrar is told to nobody", "wall.desired",
         "AND s.owner_id = a.addressee_id", "AND false"),
    Slip("an addressee counts as registrar of any deal", "wall.desired", "AND s.owner_id = a.addressee_id", ""),
    Slip("an audience never ends", "wall.desired", "ELSE least(ends, a.ends) END", "ELSE ends END"),
    Slip("an audience ends for its owner too", "wall.desired", "CASE WHEN institution = a.owner_id THEN ends ELSE", "CASE WHEN false THEN ends ELSE"),
    Slip("an audience never ends for a network", "wall.desired",
         "SELECT a.network_id, '-infinity', coalesce(a.ends, 'infinity')", "SELECT a.network_id, '-infinity', 'infinity'"),
    Slip("the team is ignored", "wall.desired",
         "WHERE t.owner_id = l.institution AND t.deal_id = a.deal_id AND t.ended_at IS NULL)", "WHERE false)"),
    Slip("a team that ended still walls off", "wall.desired",
         "WHERE t.owner_id = l.institution AND t.deal_id = a.deal_id AND t.ended_at IS NULL)",
         "WHERE t.owner_id = l.institution AND t.deal_id = a.deal_id)"),
    Slip("a team walls off every deal", "wall.desired",
         "WHERE t.owner_id = l.institution AND t.deal_id = a.deal_id AND t.ended_at IS NULL)",
         "WHERE t.owner_id = l.institution AND t.ended_at IS NULL)"),
    Slip("a team of another deal lets in", "wall.desired",
         "ON t.owner_id = l.institution AND t.deal_id = a.deal_id AND t.ended_at IS NULL\n",
         "ON t.owner_id = l.institution AND t.ended_at IS NULL\n"),
    Slip("a team that ended still lets in", "wall.desired",
         "ON t.owner_id = l.institution AND t.deal_id = a.deal_id AND t.ended_at IS NULL\n",
         "ON t.owner_id = l.institution AND t.deal_id = a.deal_id\n"),
    Slip("another institution's team lets in", "wall.desired",
         "ON t.owner_id = l.institution AND t.deal_id = a.deal_id AND t.ended_at IS NULL\n",
         "ON t.deal_id = a.deal_id AND t.ended_at IS NULL\n"),
    Slip("a person who moved is still on the team", "wall.desired", "AND p.institution_id = t.owner_id", ""),
    Slip("a person off the team still counts", "wall.desired",
         "SELECT m.person_id, greatest(l.starts, m.starts), least(l.ends, m.ends)\n",
         "SELECT m.person_id, greatest(l.starts, m.starts), l.ends\n"),
    Slip("a person counts before being on the team", "wall.desired",
         "SELECT m.person_id, greatest(l.starts, m.starts), least(l.ends, m.ends)\n",
         "SELECT m.person_id, l.starts, least(l.ends, m.ends)\n"),
    Slip("a team sees longer than its institution", "wall.desired",
         "SELECT m.person_id, greatest(l.starts, m.starts), least(l.ends, m.ends)\n",
         "SELECT m.person_id, greatest(l.starts, m.starts), m.ends\n"),
    Slip("what has ended is told to a network anew", "wall.desired",
         "AND a.network_id IS NOT NULL AND coalesce(a.ends > now(), true)", "AND a.network_id IS NOT NULL"),
    Slip("an audience never ends for everyone", "wall.desired",
         "SELECT wall.everyone(), '-infinity', coalesce(a.ends, 'infinity')", "SELECT wall.everyone(), '-infinity', 'infinity'"),
    Slip("the network is told of what is for the invited", "wall.desired",
         "WHERE a.level IN ('network', 'public')", "WHERE a.level IN ('invited', 'network', 'public')"),
    Slip("the network is told nothing", "wall.desired", "WHERE a.level IN ('network', 'public')", "WHERE false"),
    Slip("everyone is told of what is for the network", "wall.desired",
         "WHERE a.level = 'public'", "WHERE a.level IN ('network', 'public')"),
    Slip("nothing is public", "wall.desired", "WHERE a.level = 'public'", "WHERE false"),
    Slip("an owner is told nothing of its own", "wall.desired", "WHERE a.owner_id IS NOT NULL", "WHERE false"),
)  # fmt: skip

_KEPT = (
    Slip("nobody leaves an audience", "wall.sync", "m.audience_id = which AND m.ends > now()\n", "false\n"),
    Slip("nobody comes into an audience", "wall.sync", "FROM wall.desired(a) d\n    WHERE NOT", "FROM wall.desired(a) d\n    WHERE false AND NOT"),
    Slip("who leaves is in until tomorrow", "wall.sync", "SET ends = now()\n", "SET ends = now() + interval '1 day'\n"),
    Slip("only the first audience of a deal is kept up to date", "wall.sync_deal", "ORDER BY id", "ORDER BY id LIMIT 1"),
    Slip("an audience may be another's", "wall.audience_for", "WHERE owner_id = owner AND level = level_", "WHERE level = level_"),
    Slip("an audience may be of another level", "wall.audience_for", "WHERE owner_id = owner AND level = level_", "WHERE owner_id = owner"),
    Slip("an audience may be of another deal", "wall.audience_for", "AND deal_id IS NOT DISTINCT FROM deal AND", "AND"),
    Slip("an audience may be of another network", "wall.audience_for", "AND network_id IS NOT DISTINCT FROM net\n", "\n"),
    Slip("an audience may be another row's", "wall.audience_for", "AND row_id IS NOT DISTINCT FROM single AND", "AND"),
    Slip("an audience may have another addressee", "wall.audience_for", "AND addressee_id IS NOT DISTINCT FROM addressee\n", "\n"),
    Slip("an audience may end at another time", "wall.audience_for", "AND ends IS NOT DISTINCT FROM ends_\n", "\n"),
    Slip("an audience may be of other coordinators", "wall.audience_for", "\n          AND generation = coalesce(gen, 0)", ""),
    Slip("an addressee sees it in the deal or not", "wall.audience_for", "bound boolean := coalesce(in_deal, false) AND addressee IS NOT NULL", "bound boolean := false"),
    Slip("what is narrowed or named is told to later coordinators", "wall.audience_for", "coalesce(told, generation)", "generation"),
    Slip("a row whose level changes stays where it stands", "wall.place", "IF NEW.level = OLD.level AND", "IF"),
    Slip("a row whose addressee changes stays where it stands", "wall.place",
         "AND addressee IS NOT DISTINCT FROM wall.addressee(to_jsonb(OLD), TG_ARGV[2])\n           AND r", "AND r"),
    Slip("a row whose end changes stays where it stands", "wall.place",
         "\n           AND r ->> TG_ARGV[4] IS NOT DISTINCT FROM to_jsonb(OLD) ->> TG_ARGV[4] THEN", " THEN"),
    Slip("a named row that changes its level forgets who is named", "wall.place",
         "SELECT a.row_id, wall.still_told(a, NEW.level) INTO single, told", "SELECT NULL, wall.still_told(a, NEW.level) INTO single, told"),
    Slip("what is narrowed is told to later coordinators", "wall.still_told", "wall.rank(level_) <= wall.rank(was.level)", "wall.rank(level_) = wall.rank(was.level)"),
    Slip("what is told further is told to earlier coordinators alone", "wall.still_told", "wall.rank(level_) <= wall.rank(was.level)", "true"),
    Slip("what waits for a second person is told to its addressee", "wall.addressee", "NOT IN ('prepared', 'rejected')", "NOT IN ('rejected')"),
    Slip("what was confirmed is not told to its addressee", "wall.addressee", "NOT IN ('prepared', 'rejected')", "NOT IN ('prepared', 'rejected', 'confirmed')"),
)  # fmt: skip

_ACTING = (
    Slip("a suspended person acts", "wall.act", "WHERE id = actor AND is_active;", "WHERE id = actor;"),
    Slip("a system that is switched off acts", "wall.act", "WHERE c.id = actor AND c.is_active\n", "WHERE c.id = actor\n"),
    Slip("a system of a suspended person acts", "wall.act", "s.id = c.responsible_id AND s.is_active AND", "s.id = c.responsible_id AND"),
    Slip("a system of a person who moved acts", "wall.act", "AND s.institution_id = c.institution_id))", "))"),
    Slip("whoever can't act is nobody, and not told so", "wall.act", "IF home IS NULL AND kind <> 'nobody' THEN", "IF false THEN"),
    Slip("a person is not on its team", "wall.act", "IF kind IN ('person', 'client') THEN", "IF false THEN"),
    Slip("a job is on the team", "wall.act", "mine := mine || home || wall.networks_of(home);",
         "mine := mine || home || wall.networks_of(home) || ARRAY(SELECT person_id FROM institutions_teammember WHERE owner_id = home);"),
    Slip("nobody is in a network", "wall.act", "mine || home || wall.networks_of(home)", "mine || home"),
    Slip("everybody is in every network", "wall.act", "mine || home || wall.networks_of(home)",
         "mine || home || ARRAY(SELECT id FROM institutions_network)"),
    Slip("an institution is told nothing as one", "wall.act", "mine || home || wall", "mine || wall"),
    Slip("the secretariat sees as every institution", "wall.act", "PERFORM set_config('orebook.actor'",
         "IF curator THEN mine := mine || ARRAY(SELECT id FROM institutions_institution); END IF; PERFORM set_config('orebook.actor'"),
    Slip("applicants and suspended members are in the network", "wall.networks_of", "AND m.status IN ('member', 'observer')", ""),
    Slip("observers are not in the network", "wall.networks_of", "AND m.status IN ('member', 'observer')", "AND m.status = 'member'"),
    Slip("a membership that ended counts", "wall.networks_of", "AND (m.until IS NULL OR m.until > current_date)", ""),
    Slip("a member of an ended network is told in its successor's", "wall.networks_of",
         "AND (n.ended_on IS NULL OR n.ended_on > current_date", "AND (true"),
    Slip("a network that ended without a successor is told nothing", "wall.networks_of",
         "OR NOT EXISTS (SELECT FROM institutions_network s WHERE s.predecessor_id = n.id)", "OR false"),
    Slip("what an ended network was told is told to nobody", "wall.networks_of", "WHERE p.ended_on <= current_date", "WHERE false"),
    Slip("without an identity one sees as the secretariat", "wall.principals", "ARRAY[wall.everyone()]",
         "ARRAY(SELECT id FROM institutions_institution WHERE kind = 'secretariat')"),
)  # fmt: skip

_DEALS = (
    Slip("a party that left still counts", "deals.party_reaches", "deals.at(NEW.left_on, 'infinity')", "'infinity'"),
    Slip("an NDA that ended still counts", "deals.party_reaches", "least(gone, deals.at(NEW.nda_expires_on, 'infinity'))", "gone"),
    Slip("an NDA counts before it is signed", "deals.party_reaches", "deals.at(NEW.nda_signed_on, now()),\n", "'-infinity',\n"),
    Slip("an invitation without an NDA is as with one", "deals.party_reaches", "'invited', deals.at", "'parties', deals.at"),
    Slip("who is invited for later is let in", "deals.party_reaches", "deals.at(NEW.invited_on, now()), gone", "'-infinity', gone"),
    Slip("an invitation that one person prepared lets in", "deals.party_reaches", "IF NEW.state <> 'confirmed' THEN", "IF false THEN"),
    Slip("a party is let in as the lead", "deals.party_reaches", "'parties', deals.at(NEW.nda_signed_on", "'lead', deals.at(NEW.nda_signed_on"),
    Slip("any role is the lead", "deals.role_reaches", "NEW.role = 'coordinator' AND", ""),
    Slip("a role that one person prepared lets in", "deals.role_reaches", "AND NEW.state = 'confirmed'", ""),
    Slip("a coordinator whose role ended still counts", "deals.role_reaches", "deals.at(NEW.until, 'infinity')", "'infinity'"),
    Slip("a later coordinator is as the first", "wall.set_reach", "SET generation = generation + 1", "SET generation = generation"),
    Slip("who left is not out", "deals.leave", "IF NEW.answer IN ('declined', 'left') THEN", "IF false THEN"),
    Slip("who left is out only where it was invited", "deals.leave", "AND ends > now() ORDER", "AND ends > now() AND level = 'invited' ORDER"),
    Slip("who left comes back by a row of before", "deals.stays_out", "r.answer IN ('declined', 'left')", "false"),
    Slip("a document is shown beyond its consent's last day", "deals.consent_ends", "c.until + 1", "c.until + 365"),
    Slip("a consent that is taken back still shows", "deals.consent_ends", ", c.ended_at)", ", NULL)"),
    Slip("a row that is named is not moved", "wall.after_grant", "IF a.row_id IS NULL THEN", "IF false THEN"),
    Slip("a second name changes nothing", "wall.after_grant", "PERFORM wall.sync(a.id)", "PERFORM 1"),
    Slip("naming somebody tells later coordinators", "wall.after_grant", ", a.ends, a.generation);", ", a.ends);"),
)  # fmt: skip

_TRIGGERS = tuple(
    Slip("trigger dropped", f"{name} ON {table}")
    for table, names in {
        "deals_deal": ("wall_05_circle",),
        "deals_party": ("wall_90_reach",),
        "deals_dealrole": ("wall_90_reach",),
        "deals_partyreply": ("wall_90_leaves",),
        "deals_document": ("wall_15_within_consent",),
        "deals_sponsorconsent": ("wall_90_ends",),
        "institutions_reach": ("wall_15_out",),
        "institutions_grant": ("wall_90_grant",),
        "institutions_dealteam": ("wall_90_deal",),
        "institutions_teammember": ("wall_90_deal",),
        "institutions_consent": ("wall_90_deal",),
        "institutions_staff": ("wall_90_move",),
        "institutions_client": ("wall_90_move",),
    }.items()
    for name in names
)
SLIPS = (*_DESIRED, *_KEPT, *_ACTING, *_DEALS, *_TRIGGERS)


def statement(connection: psycopg.Connection, slip: Slip) -> str:
    """What makes it so."""
    if not slip.words:
        return f"DROP TRIGGER {slip.function}"
    [(text,)] = connection.execute("SELECT pg_get_functiondef(%s::regproc)", [slip.function]).fetchall()
    assert slip.words in text, f"{slip.function} no longer says '{slip.words}': write the mutant '{slip.name}' anew"
    return text.replace(slip.words, slip.instead)
