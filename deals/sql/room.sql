-- The deal room: who replies to an invitation, who is out, and how far and how long a sponsor's consent lets a document
-- be shown.

-- Before a reply: it is of the institution that was invited, to its own party row, and the last one is the last.
CREATE OR REPLACE FUNCTION deals.replied_by_the_invited() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM deals_party p WHERE p.id = NEW.party_id AND p.deal_id = NEW.deal_id
                   AND p.institution_id = NEW.owner_id AND p.origin = 'registered') THEN
        RAISE EXCEPTION 'whoever was invited replies' USING ERRCODE = 'check_violation', CONSTRAINT = 'reply_is_of_the_invited';
    END IF;
    IF EXISTS (SELECT FROM deals_partyreply r WHERE r.party_id = NEW.party_id
               AND (r.answer IN ('declined', 'left') OR NEW.answer = 'declined')) THEN
        RAISE EXCEPTION 'after having left, or declined, nothing is replied; who accepted leaves'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'reply_comes_in_order';
    END IF;
    RETURN NEW;
END $$;

-- After a reply: whoever declined or left is out of the deal at once, along every way that had let it in.
CREATE OR REPLACE FUNCTION deals.leave() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE r institutions_reach;
BEGIN
    IF NEW.answer IN ('declined', 'left') THEN
        FOR r IN SELECT * FROM institutions_reach
                 WHERE deal_id = NEW.deal_id AND institution_id = NEW.owner_id AND ends > now() ORDER BY id LOOP
            PERFORM wall.set_reach(r.source_id, r.deal_id, r.institution_id, r.level, r.starts, now());
        END LOOP;
    END IF;
    RETURN NULL;
END $$;

-- Before an institution is let in, or let in longer: a row that is older than its leaving does not bring it back.
-- Whatever the registrar changes in its own rows, only another invitation does.
CREATE OR REPLACE FUNCTION deals.stays_out() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    -- least() passes over what is null: who never left is let in as it was said.
    NEW.ends := least(NEW.ends, (
        SELECT min(r.created_at) FROM deals_partyreply r
        WHERE r.deal_id = NEW.deal_id AND r.owner_id = NEW.institution_id AND r.answer IN ('declined', 'left')
          AND r.created_at >= coalesce((SELECT p.created_at FROM deals_party p WHERE p.id = NEW.source_id),
                                       (SELECT d.created_at FROM deals_dealrole d WHERE d.id = NEW.source_id))));
    RETURN NEW;
END $$;

-- From when on a consent covers nothing more: the day after its last, or when it was taken back.
CREATE OR REPLACE FUNCTION deals.consent_ends(c deals_sponsorconsent) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS
$$ SELECT least(deals.at(c.until + 1, NULL), c.ended_at) $$;

-- Before a consent is taken back: once, and for good.
CREATE OR REPLACE FUNCTION deals.consent_ends_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.ended_at IS NOT NULL AND NEW.ended_at IS DISTINCT FROM OLD.ended_at THEN
        RAISE EXCEPTION 'a consent that was taken back does not come back'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'consent_ends_once';
    END IF;
    -- By the database's clock, and not later: the log tells at once who lost sight of what.
    NEW.ended_at := least(NEW.ended_at, now());
    RETURN NEW;
END $$;

-- After it: the documents that rest on it go out of others' sight.
CREATE OR REPLACE FUNCTION deals.consent_ended() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE deals_document SET shown_until = deals.consent_ends(NEW) WHERE consent_id = NEW.id;
    RETURN NULL;
END $$;

-- Before a document: what was learnt from a sponsor is told no further than its consent says, and no longer.
CREATE OR REPLACE FUNCTION deals.within_consent() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE c deals_sponsorconsent;
BEGIN
    NEW.shown_until := NULL;
    IF NEW.consent_id IS NULL THEN
        RETURN NEW;
    END IF;
    -- Held, so that a consent that is taken back meanwhile finds the document. Another's is as one that isn't there.
    SELECT * INTO c FROM deals_sponsorconsent WHERE id = NEW.consent_id AND owner_id = NEW.owner_id FOR SHARE;
    IF c.id IS NULL OR (wall.rank(NEW.level) > wall.rank(c.widest)) THEN
        RAISE EXCEPTION 'a document is told no further than the consent that it rests on'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'told_within_consent';
    END IF;
    NEW.shown_until := deals.consent_ends(c);
    RETURN NEW;
END $$;

-- Before a named grant: a document that rests on a consent is shown by name to those alone whom the consent names.
CREATE OR REPLACE FUNCTION deals.grant_within_consent() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM deals_document d JOIN deals_sponsorconsent c ON c.id = d.consent_id
               WHERE d.id = NEW.row_id AND d.owner_id = NEW.owner_id
                 AND NOT NEW.institution_id = ANY (c.institutions)) THEN
        RAISE EXCEPTION 'the consent does not name this institution'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'grant_within_consent';
    END IF;
    RETURN NEW;
END $$;

-- After an answer (and so after its policy): whoever was asked answers. Where nobody was named, that is the registrar or a coordinator.
CREATE OR REPLACE FUNCTION deals.answered_by_the_asked() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM deals_question q JOIN deals_deal d ON d.id = q.deal_id
        WHERE q.id = NEW.question_id
          AND (q.to_id = NEW.owner_id
               OR q.to_id IS NULL AND (d.owner_id = NEW.owner_id OR EXISTS (
                   SELECT FROM institutions_reach r WHERE r.deal_id = q.deal_id AND r.institution_id = NEW.owner_id
                   AND r.level = 'lead' AND r.starts <= now() AND r.ends > now())))) THEN
        RAISE EXCEPTION 'whoever was asked answers' USING ERRCODE = 'check_violation', CONSTRAINT = 'answered_by_the_asked';
    END IF;
    RETURN NULL;
END $$;

-- Who may rely on a report is told no further than the report.
CREATE OR REPLACE FUNCTION deals.within_report() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF wall.rank(NEW.level) > (SELECT wall.rank(r.level) FROM deals_report r WHERE r.id = NEW.report_id) THEN
        RAISE EXCEPTION 'who may rely on a report is told no further than the report'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'reliance_within_report';
    END IF;
    RETURN NEW;
END $$;

-- A report that is narrowed takes along who may rely on it.
CREATE OR REPLACE FUNCTION deals.narrow_reliance() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF wall.rank(NEW.level) < wall.rank(OLD.level) THEN
        UPDATE deals_reliance SET level = NEW.level
        WHERE report_id = NEW.id AND wall.rank(level) > wall.rank(NEW.level);
    END IF;
    RETURN NULL;
END $$;

-- After what names a document: it is told no further than that, whose owner may be another.
CREATE OR REPLACE FUNCTION deals.within_document() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.document_id IS NOT NULL AND wall.rank(NEW.level) >
            (SELECT wall.rank(d.level) FROM deals_document d WHERE d.id = NEW.document_id) THEN
        RAISE EXCEPTION 'what names a document is told no further than the document'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'part_within_document';
    END IF;
    RETURN NULL;
END $$;

-- Before a receipt: it says who took the document, of which deal and from whom, whatever the application says. A hidden
-- document is as one that isn't there: the policy, which comes next, refuses both.
CREATE OR REPLACE FUNCTION deals.receipt_is_true() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE actor text[] := string_to_array(current_setting('orebook.actor', true), ':');
BEGIN
    NEW.client_id := CASE actor[1] WHEN 'client' THEN actor[2]::uuid END;
    SELECT s.id, coalesce(c.name || ' (' || s.name || ')', s.name) INTO NEW.person_id, NEW.who
    FROM institutions_staff s LEFT JOIN institutions_client c ON c.id = NEW.client_id
    WHERE s.id = CASE actor[1] WHEN 'person' THEN actor[2]::uuid WHEN 'client' THEN c.responsible_id END;
    IF NEW.person_id IS NULL THEN
        RAISE EXCEPTION 'a person takes a document, or answers for the client that does'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT d.deal_id, d.owner_id INTO NEW.deal_id, NEW.to_id FROM deals_document d
    JOIN institutions_standing s ON s.row_id = d.id AND deals.sees(s.audience_id) WHERE d.id = NEW.document_id;
    RETURN NEW;
END $$;

-- Makes the audiences of the asker's receipt of a document that it sees: also one whose deal it does not see, which the
-- wall's own `prepare` makes none about.
CREATE OR REPLACE FUNCTION deals.prepare_receipt(document uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT wall.audience_for(wall.me(), d.deal_id, NULL, 'own', NULL, whom.id, false, NULL)
    FROM deals_document d JOIN institutions_standing s ON s.row_id = d.id AND deals.sees(s.audience_id)
    CROSS JOIN LATERAL (VALUES (nullif(d.owner_id, wall.me()))) whom (id)
    WHERE d.id = prepare_receipt.document AND wall.me() IS NOT NULL
$$;

-- Of these names in the storage, those that no document has: what a failed request left behind. Names are random.
CREATE OR REPLACE FUNCTION deals.orphaned(names text[]) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT name FROM unnest(names) AS given (name)
    WHERE NOT EXISTS (SELECT FROM deals_document d WHERE d.stored_as = given.name)
$$;
