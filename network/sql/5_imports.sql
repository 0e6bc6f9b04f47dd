-- What is in a file is its uploader's alone, so letting it go is nobody's. One that nobody went on with is emptied after
-- 30 days; that there was one stays. Returns how many.
CREATE OR REPLACE FUNCTION network.empty_files() RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH emptied AS (
        UPDATE network_importfile SET content = '', name = '', answers = '{}', refused = '{}'
        WHERE uploaded_at < now() - interval '30 days' AND content <> ''
          AND source_id NOT IN (SELECT r.source FROM network.imports_to_run() r)
        RETURNING source_id
    ), given_back AS (
        -- Of whoever may act no more: nobody makes them.
        UPDATE network_import SET state = 'open', revision = revision + 1
        WHERE state = 'running' AND id IN (SELECT source_id FROM emptied)
    )
    SELECT count(*)::integer FROM emptied
$$;

-- Imports that the worker is to make or take back, and who asked for it: ids alone. Of whoever may not act any more, none.
CREATE OR REPLACE FUNCTION network.imports_to_run() RETURNS TABLE (source uuid, actor text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT f.source_id, f.actor
    FROM network_import i JOIN network_importfile f ON f.source_id = i.id
    WHERE (i.state = 'running' OR (i.state = 'done' AND f.reason <> ''))
      AND wall.acts_for(split_part(f.actor, ':', 1), split_part(f.actor, ':', 2)::uuid) = f.institution_id
    -- Institutions take turns: first comes whose last import is the longest ago.
    ORDER BY (SELECT max(d.updated_at) FROM network_import d
              WHERE d.owner_id = i.owner_id AND d.state IN ('done', 'taken_back') AND d.id <> i.id) NULLS FIRST,
             i.updated_at, i.id
$$;
