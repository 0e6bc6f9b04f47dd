-- The sealed log: an RFC 6962 tree that grows by one block an hour, whatever happened in it. A block is a whole subtree of
-- 2^40 leaves; events lie at random places of it, and everything else is made up of its secret, so that neither the size of
-- the tree nor a hash beside an event tells how much others do. How it is verified: docs/how-to/verify-the-log.md.

CREATE OR REPLACE FUNCTION journal.depth() RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT 40 $$;

CREATE OR REPLACE FUNCTION journal.node(l bytea, r bytea) RETURNS bytea LANGUAGE sql IMMUTABLE AS
$$ SELECT sha256('\x01'::bytea || l || r) $$;

-- What stands at a place of the tree under which nothing lies: nobody who does not know the secret can tell it from a node.
CREATE OR REPLACE FUNCTION journal.dummy(secret bytea, level int, place bigint) RETURNS bytea LANGUAGE sql IMMUTABLE AS
$$ SELECT sha256('\x02'::bytea || secret || int4send(level) || int8send(place)) $$;

-- The salt of one fact of one event.
CREATE OR REPLACE FUNCTION journal.salt(secret bytea, event uuid, fact text) RETURNS bytea LANGUAGE sql IMMUTABLE AS
$$ SELECT sha256('\x03'::bytea || secret || uuid_send(event) || sha256(convert_to(fact, 'UTF8'))) $$;

-- All that the log holds of an event, as named texts. Where it lies in the log is one of them, which is disclosed to nobody:
-- it counts what others do.
CREATE OR REPLACE FUNCTION journal.facts(e institutions_event) RETURNS TABLE (fact text, said text)
LANGUAGE sql STABLE AS $$
    VALUES ('action', e.action::text), ('actor', e.actor), ('after', coalesce(e.after::text, '')),
           ('before', coalesce(e.before::text, '')), ('effective_on', e.effective_on::text), ('id', e.id::text),
           ('institution', coalesce(e.institution_id::text, '')), ('object', e.row_id::text),
           ('position', concat_ws(' ', e.xact, e.seq, coalesce(e.audience_id::text, '-'), coalesce(e.addressee::text, '-'))),
           ('table', e."table"), ('time', to_char(e.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
$$;

-- The hash of an event: over a salted hash of each fact, so that each can be disclosed by itself.
CREATE OR REPLACE FUNCTION journal.leaf(e institutions_event, secret bytea) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT sha256('\x00'::bytea || string_agg(
        convert_to(f.fact, 'UTF8') || '\x00'::bytea
        || sha256(journal.salt(secret, e.id, f.fact) || convert_to(f.said, 'UTF8')), ''::bytea ORDER BY f.fact COLLATE "C"))
    FROM journal.facts(e) f
$$;

-- One level of a block up: the nodes above the given ones, where what is missing beside them is made up.
CREATE OR REPLACE FUNCTION journal.above(secret bytea, level int, INOUT places bigint[], INOUT hashes bytea[])
LANGUAGE sql IMMUTABLE AS $$
    SELECT array_agg(up), array_agg(journal.node(coalesce(l, journal.dummy(secret, level, up * 2)),
                                                 coalesce(r, journal.dummy(secret, level, up * 2 + 1))))
    FROM (SELECT n.place >> 1 AS up, (array_agg(n.hash) FILTER (WHERE n.place & 1 = 0))[1] AS l,
                 (array_agg(n.hash) FILTER (WHERE n.place & 1 = 1))[1] AS r
          FROM unnest(places, hashes) n (place, hash) GROUP BY 1) pairs
$$;

-- The root of a block.
CREATE OR REPLACE FUNCTION journal.block(secret bytea, places bigint[], hashes bytea[]) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF places IS NULL THEN
        RETURN journal.dummy(secret, journal.depth(), 0);
    END IF;
    FOR level IN 0..journal.depth() - 1 LOOP
        SELECT a.places, a.hashes INTO places, hashes FROM journal.above(secret, level, places, hashes) a;
    END LOOP;
    RETURN hashes[1];
END $$;

-- The root over the blocks' roots, as RFC 6962 has it: an odd one is taken up as it is.
CREATE OR REPLACE FUNCTION journal.root(nodes bytea[]) RETURNS bytea LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    WHILE cardinality(nodes) > 1 LOOP
        SELECT array_agg(CASE WHEN r IS NULL THEN l ELSE journal.node(l, r) END ORDER BY i) INTO nodes
        FROM (SELECT i, nodes[i] AS l, nodes[i + 1] AS r FROM generate_series(1, cardinality(nodes), 2) i) pairs;
    END LOOP;
    RETURN nodes[1];
END $$;

-- Seals what came since the last block, of what no transaction can add to any more. Returns the new head's number; NULL
-- where the last one is younger than `every`, or somebody else seals. It returns no hash of anything that is not handed out.
CREATE OR REPLACE FUNCTION journal.seal(every interval) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    fresh bigint;
    from_ bigint;
    to_ bigint := journal.horizon();
    most CONSTANT int := 100000;
    cut bigint;
    key bytea := sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
    places bigint[];
    hashes bytea[];
    block_ bytea;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('orebook seal'))
       OR EXISTS (SELECT FROM institutions_seal s WHERE s.sealed_at > clock_timestamp() - every) THEN
        RETURN NULL;
    END IF;
    SELECT coalesce(max(k.number) + 1, 0), coalesce(max(k.to_xact), 0) INTO fresh, from_ FROM institutions_sealkey k;
    to_ := greatest(from_, to_);
    -- A block is made within the time that a transaction has: what is more waits for the next. One transaction's events
    -- stay together.
    SELECT greatest(e.xact, (SELECT min(x.xact) + 1 FROM institutions_event x WHERE x.xact >= from_)) INTO cut
    FROM institutions_event e WHERE e.xact >= from_ AND e.xact < to_ ORDER BY e.xact, e.seq OFFSET most LIMIT 1;
    to_ := coalesce(cut, to_);
    INSERT INTO institutions_sealkey (number, secret, from_xact, to_xact) VALUES (fresh, key, from_, to_);
    -- Two at one place are refused, and the next try has another secret: of a hundred thousand it happens once in 200 blocks.
    WITH leaves AS (
        INSERT INTO institutions_leaf (event_id, number, ordinal, place, hash)
        SELECT e.id, fresh, row_number() OVER (ORDER BY e.xact, e.seq),
               ('x' || encode(substr(journal.salt(key, e.id, 'place'), 1, 5), 'hex'))::bit(40)::bigint, journal.leaf(e, key)
        FROM institutions_event e WHERE e.xact >= from_ AND e.xact < to_
        RETURNING place, hash
    )
    SELECT array_agg(place), array_agg(hash) INTO places, hashes FROM leaves;
    block_ := journal.block(key, places, hashes);
    INSERT INTO institutions_seal (number, sealed_at, block, root)
    SELECT fresh, clock_timestamp(), block_,
           journal.root((SELECT coalesce(array_agg(s.block ORDER BY s.number), '{}') FROM institutions_seal s) || block_);
    RETURN fresh;
END $$;

-- Whether the asker may read an event: as the log's own policy has it, which does not hold for functions of the owner's.
-- Never NULL. That both say the same of every event is asked in tests/walls/test_sealed_log.py.
CREATE OR REPLACE FUNCTION journal.is_told(e institutions_event) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN e.addressee IS NULL THEN admitted.in_event AND admitted.now
                ELSE e.addressee = ANY (wall.principals()) AND (e.action = 'concealed') <> admitted.now END
    FROM (SELECT EXISTS (SELECT FROM institutions_audiencemember m
                         WHERE m.audience_id = e.audience_id AND m.principal = ANY (wall.principals())
                           AND m.starts <= statement_timestamp() AND m.ends > statement_timestamp()) AS in_event,
                 EXISTS (SELECT FROM institutions_standing s
                         JOIN institutions_audiencemember m ON m.audience_id = s.audience_id
                         WHERE s.row_id = e.row_id AND m.principal = ANY (wall.principals())
                           AND m.starts <= statement_timestamp() AND m.ends > statement_timestamp()) AS now) admitted
$$;

-- What proves to the asker that an event it sees is in its block: the place, the hashes beside the way up, and the facts,
-- those with a salt that it is told; of what its own institution owns, what the log holds of before and after, too.
-- No row for an event that it does not see, or that is not sealed yet.
CREATE OR REPLACE FUNCTION journal.proof(which uuid)
RETURNS TABLE (number bigint, place bigint, facts jsonb, path text[])
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    e institutions_event;
    key bytea;
    told text[] := ARRAY['action', 'effective_on', 'id', 'institution', 'object', 'table', 'time'];
    places bigint[];
    hashes bytea[];
    here bigint;
BEGIN
    SELECT * INTO e FROM institutions_event x WHERE x.id = which;
    SELECT l.number, l.place, k.secret INTO number, place, key
    FROM institutions_leaf l JOIN institutions_sealkey k ON k.number = l.number WHERE l.event_id = which;
    IF e.id IS NULL OR key IS NULL OR journal.is_told(e) IS NOT TRUE THEN
        RETURN;
    END IF;
    IF EXISTS (SELECT FROM institutions_standing s WHERE s.row_id = e.row_id AND s.owner_id = wall.me()
               AND s.audience_id IN (SELECT wall.own_audiences())) THEN
        told := told || ARRAY['actor', 'after', 'before'];
    END IF;
    SELECT jsonb_agg(
        CASE WHEN f.fact = ANY (told)
             THEN jsonb_build_object('fact', f.fact, 'said', f.said, 'salt', encode(journal.salt(key, e.id, f.fact), 'hex'))
             ELSE jsonb_build_object('fact', f.fact, 'hash',
                      encode(sha256(journal.salt(key, e.id, f.fact) || convert_to(f.said, 'UTF8')), 'hex'))
        END ORDER BY f.fact COLLATE "C") INTO facts
    FROM journal.facts(e) f;
    SELECT array_agg(l.place), array_agg(l.hash) INTO places, hashes FROM institutions_leaf l WHERE l.number = proof.number;
    here := place;
    FOR level IN 0..journal.depth() - 1 LOOP
        path := path || encode(coalesce((SELECT n.hash FROM unnest(places, hashes) n (place, hash) WHERE n.place = here # 1),
                                        journal.dummy(key, level, here # 1)), 'hex');
        SELECT a.places, a.hashes INTO places, hashes FROM journal.above(key, level, places, hashes) a;
        here := here >> 1;
    END LOOP;
    RETURN NEXT;
END $$;
