-- Names by which things are found: their words, kept beside their rows with the same audience.

-- How names and what is asked are compared: without case, accents and widths of letters, in every script.
CREATE OR REPLACE FUNCTION deals.fold(said text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT replace(replace(translate(casefold(normalize(
        regexp_replace(normalize(said, NFKD), '[\u0300-\u036f]', '', 'g'), NFKC) COLLATE pg_unicode_fast),
        'øłđð', 'oldd'), 'æ', 'ae'), 'œ', 'oe')
$$;

CREATE OR REPLACE FUNCTION deals.words_of(said text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(word ORDER BY place) FILTER (WHERE word <> ''), '{}')
    FROM regexp_split_to_table(deals.fold(said) COLLATE pg_c_utf8, '[[:space:][:punct:]]+') WITH ORDINALITY AS w (word, place)
$$;

-- With a space before each, so that a word's beginning is a part of the text.
CREATE OR REPLACE FUNCTION deals.spaced(words text[]) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT ' ' || array_to_string(words, ' ') $$;

-- Whether words of this are written without spaces between them.
CREATE OR REPLACE FUNCTION deals.unspaced(word text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT word ~ '[\u0e00-\u0eff\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]' $$;

-- What a name is found by. Chinese, Japanese and Korean put no space between words, and Thai and Khmer neither: there
-- each character may begin one.
CREATE OR REPLACE FUNCTION deals.found_by(name text) RETURNS SETOF text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT DISTINCT left(substr(word, first), 100) FROM unnest(deals.words_of(name)) AS word,
        generate_series(1, CASE WHEN deals.unspaced(word) THEN char_length(word) ELSE 1 END) AS first
$$;

-- The names in a row's columns, each once, in their order.
CREATE OR REPLACE FUNCTION deals.names_in(given jsonb, columns text[]) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(array_agg(name ORDER BY first), '{}') FROM (
        SELECT name, min(place) AS first FROM (
            SELECT one AS name, c.place * 1000 + o.place AS place
            FROM unnest(columns) WITH ORDINALITY AS c (name, place),
                 jsonb_array_elements_text(CASE jsonb_typeof(given -> c.name) WHEN 'array' THEN given -> c.name
                                           ELSE jsonb_build_array(given -> c.name) END) WITH ORDINALITY AS o (one, place)
        ) each WHERE name <> '' GROUP BY name
    ) once
$$;

-- Enters the names of a row; one without an audience is told to everyone.
CREATE OR REPLACE FUNCTION deals.enter_names(kind text, entered jsonb, columns text[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO deals_nameword (row_id, number, word, name, words, kind, audience_id)
    SELECT (entered ->> 'id')::uuid, place, word, left(name, 200), deals.spaced(deals.words_of(name)), enter_names.kind,
           coalesce((entered ->> 'audience_id')::uuid, '00000000-0000-4000-8000-000000000002')
    FROM unnest(deals.names_in(entered, columns)) WITH ORDINALITY AS n (name, place), deals.found_by(name) AS word
$$;

-- After a row that can be found: kind, and the columns that hold its names.
CREATE OR REPLACE FUNCTION deals.is_found() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    columns text[] := TG_ARGV[1:];
    entered jsonb := to_jsonb(NEW);
BEGIN
    IF TG_OP = 'UPDATE' AND deals.names_in(entered, columns) = deals.names_in(to_jsonb(OLD), columns) THEN
        UPDATE deals_nameword SET audience_id = (entered ->> 'audience_id')::uuid
        WHERE row_id = NEW.id AND audience_id <> (entered ->> 'audience_id')::uuid;
        RETURN NULL;
    END IF;
    DELETE FROM deals_nameword WHERE row_id = NEW.id;
    PERFORM deals.enter_names(TG_ARGV[0], entered, columns);
    RETURN NULL;
END $$;
