"""Mutants of the functions that keep audiences: each changes a few words of one.

They are written by hand, since a function is no list of conditions. One whose words are no longer found fails the test:
it has to be written anew for what the function has become. By function and by what the mutant does: what the function
says, and what somebody could have written instead.
"""

Slips = dict[str, dict[str, tuple[str, str]]]
MEMBERS: Slips = {
    "wall.desired": {
        "each level is told one too wide": (
            "wall.rank(a.level) >= wall.rank(r.level)",
            "wall.rank(a.level) + 1 >= wall.rank(r.level)",
        ),
        "each level is told one too narrow": (
            "wall.rank(a.level) >= wall.rank(r.level)",
            "wall.rank(a.level) > wall.rank(r.level)",
        ),
        "every level is told to all in the deal": ("AND wall.rank(a.level) >= wall.rank(r.level)", ""),
        "reach into another deal counts": ("r.deal_id = a.deal_id AND wall", "wall"),
        "a later coordinator needs no consent": ("r.generation <= a.generation", "true"),
        "consent is ignored": ("WHERE c.owner_id = a.owner_id", "WHERE false"),
        "another's consent counts": ("c.owner_id = a.owner_id\n", "true\n"),
        "consent to another counts": ("AND c.institution_id = r.institution_id", ""),
        "who left, or whose NDA ended, still counts": (
            "SELECT r.institution_id, r.starts, r.ends\n",
            "SELECT r.institution_id, r.starts, 'infinity'\n",
        ),
        "who is not let in yet counts": (
            "SELECT r.institution_id, r.starts, r.ends\n",
            "SELECT r.institution_id, '-infinity', r.ends\n",
        ),
        "an expired grant still counts": (
            "SELECT g.institution_id, g.starts, g.ends",
            "SELECT g.institution_id, g.starts, 'infinity'",
        ),
        "a grant counts before it begins": (
            "SELECT g.institution_id, g.starts, g.ends",
            "SELECT g.institution_id, '-infinity', g.ends",
        ),
        "a grant of any row counts": ("WHERE g.row_id = a.row_id", ""),
        "grants are ignored": ("WHERE g.row_id = a.row_id", "WHERE false"),
        "addressees are ignored": ("WHERE a.addressee_id IS NOT NULL AND NOT a.while_in_deal", "WHERE false"),
        "an addressee who is out of the deal still counts": (
            "WHERE a.addressee_id IS NOT NULL AND NOT a.while_in_deal",
            "WHERE a.addressee_id IS NOT NULL",
        ),
        "what is addressed to one is told to all in the deal": ("AND r.institution_id = a.addressee_id", ""),
        "what is addressed to the registrar is told to nobody": ("AND s.owner_id = a.addressee_id", "AND false"),
        "an addressee counts as registrar of any deal": ("AND s.owner_id = a.addressee_id", ""),
        "an audience never ends": ("ELSE least(ends, a.ends) END", "ELSE ends END"),
        "an audience ends for its owner too": (
            "CASE WHEN institution = a.owner_id THEN ends ELSE",
            "CASE WHEN false THEN ends ELSE",
        ),
        "an audience never ends for a network": (
            "SELECT a.network_id, '-infinity', coalesce(a.ends, 'infinity')",
            "SELECT a.network_id, '-infinity', 'infinity'",
        ),
        "the team is ignored": (
            "WHERE t.owner_id = l.institution AND t.deal_id = a.deal_id AND t.ended_at IS NULL)",
            "WHERE false)",
        ),
        "a team that ended still walls off": (
            "WHERE t.owner_id = l.institution AND t.deal_id = a.deal_id AND t.ended_at IS NULL)",
            "WHERE t.owner_id = l.institution AND t.deal_id = a.deal_id)",
        ),
        "a team walls off every deal": (
            "WHERE t.owner_id = l.institution AND t.deal_id = a.deal_id AND t.ended_at IS NULL)",
            "WHERE t.owner_id = l.institution AND t.ended_at IS NULL)",
        ),
        "a team of another deal lets in": (
            "ON t.owner_id = l.institution AND t.deal_id = a.deal_id AND t.ended_at IS NULL\n",
            "ON t.owner_id = l.institution AND t.ended_at IS NULL\n",
        ),
        "a team that ended still lets in": (
            "ON t.owner_id = l.institution AND t.deal_id = a.deal_id AND t.ended_at IS NULL\n",
            "ON t.owner_id = l.institution AND t.deal_id = a.deal_id\n",
        ),
        "another institution's team lets in": (
            "ON t.owner_id = l.institution AND t.deal_id = a.deal_id AND t.ended_at IS NULL\n",
            "ON t.deal_id = a.deal_id AND t.ended_at IS NULL\n",
        ),
        "a person who moved is still on the team": ("AND p.institution_id = t.owner_id", ""),
        "a person off the team still counts": (
            "SELECT m.person_id, greatest(l.starts, m.starts), least(l.ends, m.ends)\n",
            "SELECT m.person_id, greatest(l.starts, m.starts), l.ends\n",
        ),
        "a person counts before being on the team": (
            "SELECT m.person_id, greatest(l.starts, m.starts), least(l.ends, m.ends)\n",
            "SELECT m.person_id, l.starts, least(l.ends, m.ends)\n",
        ),
        "a team sees longer than its institution": (
            "SELECT m.person_id, greatest(l.starts, m.starts), least(l.ends, m.ends)\n",
            "SELECT m.person_id, greatest(l.starts, m.starts), m.ends\n",
        ),
        "what has ended is told to a network anew": (
            "AND a.network_id IS NOT NULL AND coalesce(a.ends > now(), true)",
            "AND a.network_id IS NOT NULL",
        ),
        "an audience never ends for everyone": (
            "SELECT wall.everyone(), '-infinity', coalesce(a.ends, 'infinity')",
            "SELECT wall.everyone(), '-infinity', 'infinity'",
        ),
        "the network is told of what is for the invited": (
            "WHERE a.level IN ('network', 'public')",
            "WHERE a.level IN ('invited', 'network', 'public')",
        ),
        "the network is told nothing": ("WHERE a.level IN ('network', 'public')", "WHERE false"),
        "everyone is told of what is for the network": (
            "WHERE a.level = 'public'",
            "WHERE a.level IN ('network', 'public')",
        ),
        "nothing is public": ("WHERE a.level = 'public'", "WHERE false"),
        "the secretariat is told as whoever is named": ("i.kind = 'secretariat'", "false"),
        "an owner is told nothing of its own": ("WHERE a.owner_id IS NOT NULL", "WHERE false"),
    },
}
PLACES: Slips = {
    "wall.sync": {
        "nobody leaves an audience": ("m.audience_id = which AND m.ends > now()\n", "false\n"),
        "nobody comes into an audience": (
            "FROM wall.desired(a) d\n    WHERE NOT",
            "FROM wall.desired(a) d\n    WHERE false AND NOT",
        ),
        "who leaves is in until tomorrow": ("SET ends = now()\n", "SET ends = now() + interval '1 day'\n"),
    },
    "wall.sync_deal": {
        "only the first audience of a deal is kept up to date": ("ORDER BY id", "ORDER BY id LIMIT 1"),
    },
    "wall.audience_for": {
        "an audience may be another's": ("WHERE owner_id = owner AND level = level_", "WHERE level = level_"),
        "an audience may be of another level": ("WHERE owner_id = owner AND level = level_", "WHERE owner_id = owner"),
        "an audience may be of another deal": ("AND deal_id IS NOT DISTINCT FROM deal AND", "AND"),
        "an audience may be of another network": ("AND network_id IS NOT DISTINCT FROM net\n", "\n"),
        "an audience may be another row's": ("AND row_id IS NOT DISTINCT FROM single AND", "AND"),
        "an audience may have another addressee": ("AND addressee_id IS NOT DISTINCT FROM addressee\n", "\n"),
        "an audience may end at another time": ("AND ends IS NOT DISTINCT FROM ends_\n", "\n"),
        "an audience may be of other coordinators": ("\n          AND generation = coalesce(gen, 0)", ""),
        "an addressee sees it in the deal or not": (
            "bound boolean := coalesce(in_deal, false) AND addressee IS NOT NULL",
            "bound boolean := false",
        ),
        "what is narrowed or named is told to later coordinators": ("coalesce(told, generation)", "generation"),
    },
    "wall.place": {
        "a row whose level changes stays where it stands": ("IF NEW.level = OLD.level AND", "IF"),
        "a row whose addressee changes stays where it stands": (
            "AND addressee IS NOT DISTINCT FROM wall.addressee(to_jsonb(OLD), TG_ARGV[2])\n           AND r",
            "AND r",
        ),
        "a row whose end changes stays where it stands": (
            "\n           AND r ->> TG_ARGV[4] IS NOT DISTINCT FROM to_jsonb(OLD) ->> TG_ARGV[4] THEN",
            " THEN",
        ),
        "a named row that changes its level forgets who is named": (
            "SELECT a.row_id, wall.still_told(a, NEW.level) INTO single, told",
            "SELECT NULL, wall.still_told(a, NEW.level) INTO single, told",
        ),
    },
    "wall.still_told": {
        "what is narrowed is told to later coordinators": (
            "wall.rank(level_) <= wall.rank(was.level)",
            "wall.rank(level_) = wall.rank(was.level)",
        ),
        "what is told further is told to earlier coordinators alone": (
            "wall.rank(level_) <= wall.rank(was.level)",
            "true",
        ),
    },
    "wall.addressee": {
        "what waits for a second person is told to its addressee": (
            "NOT IN ('prepared', 'rejected')",
            "NOT IN ('rejected')",
        ),
        "what was confirmed is not told to its addressee": (
            "NOT IN ('prepared', 'rejected')",
            "NOT IN ('prepared', 'rejected', 'confirmed')",
        ),
    },
}
