-- The limits: what plain SQL gives of the same rows to the same asker, as one JSON text each. `{told}` and `{parts}` stand
-- for what is told of a commitment c, and for the rows that it is told from.

-- name: told
c.id, d.id AS deal, t.id AS tranche, c.institution_id AS institution, c.origin, c.stage,
    deals.class_of(c.stage) AS class, c.stage_word, c.instrument, c.level, c.account, c.on_behalf_of,
    c.borrower_level, c.via, c.reference, c.valid_until, c.agreement_reference, c.signed_on, c.announced_on,
    c.announced_precision, c.note, c.demo, s.amount, s.currency, s.qualifier, s.level AS size_level,
    p.margin_bps, p.fees, p.premium, c.updated_at

-- name: parts
LEFT JOIN deals_deal d ON d.id = c.deal_id
LEFT JOIN deals_tranche t ON t.id = c.tranche_id
LEFT JOIN deals_size s ON s.commitment_id = c.id
LEFT JOIN deals_price p ON p.commitment_id = c.id

-- name: list
SELECT json_agg(row_to_json(page))::text FROM (
    SELECT {told}
    FROM (SELECT * FROM deals_commitment WHERE told_at > %(after)s::timestamptz
          ORDER BY told_at, id LIMIT 50) c
    {parts}
    ORDER BY c.told_at, c.id) page

-- name: detail
SELECT row_to_json(one)::text FROM (
    SELECT {told}
    FROM deals_commitment c
    {parts}
    WHERE c.id = %(id)s) one

-- name: feed
WITH page AS MATERIALIZED (
    SELECT e.xact, e.seq, e.action, e."table", e.recorded_at, e.institution_id, e.row_id,
           CASE WHEN e."table" = 'deals_size' THEN (e.after ->> 'commitment_id')::uuid ELSE e.row_id END AS about
    FROM institutions_event e
    WHERE (e.xact, e.seq) > (%(xact)s, %(seq)s) AND e.xact < journal.horizon()
    ORDER BY e.xact, e.seq LIMIT 200
)
SELECT json_agg(json_build_object('event', e, 'data', coalesce(row_to_json(c), row_to_json(x))) ORDER BY e.xact, e.seq)::text
FROM page e
LEFT JOIN LATERAL (
    SELECT {told}
    FROM deals_commitment c
    {parts}
    WHERE c.id = e.about) c ON e."table" <> 'deals_deal'
LEFT JOIN deals_deal x ON x.id = e.about AND e."table" = 'deals_deal'

-- name: stack
SELECT json_agg(row_to_json(sums))::text FROM (
    SELECT deals.class_of(c.stage) AS class, c.stage = 'signed' AS signed, c.instrument, s.currency, t.purpose,
           t.seniority, count(*), sum(s.amount), max(d.target_amount) - sum(s.amount) AS gap
    FROM deals_commitment c
    JOIN deals_deal d ON d.id = c.deal_id
    LEFT JOIN deals_tranche t ON t.id = c.tranche_id
    LEFT JOIN deals_size s ON s.commitment_id = c.id
    WHERE c.deal_id = %(id)s
    GROUP BY 1, 2, 3, 4, 5, 6) sums

-- name: create
WITH made AS (
    INSERT INTO deals_commitment (id, owner_id, institution_id, level, deal_id, instrument, stage, stage_word, account,
        on_behalf_of, borrower_level, via, reference, announced_precision, note, agreement_reference, valid_until, origin,
        demo)
    VALUES (gen_random_uuid(), wall.me(), wall.me(), 'own', %(deal)s, 'senior_loan', 'enquiry', '', 'own', '', 'project',
            '', '', '', 'measured', '', '2027-06-30', 'registered', false)
    RETURNING id, owner_id, deal_id, valid_until
)
SELECT id::text FROM made

-- name: create size
INSERT INTO deals_size (id, owner_id, level, commitment_id, deal_id, amount, currency, qualifier, origin, demo)
VALUES (gen_random_uuid(), wall.me(), 'own', %(commitment)s, %(deal)s, 1000000, 'USD', 'exact', 'registered', false)
RETURNING id::text

-- name: create step
INSERT INTO deals_step (id, owner_id, level, commitment_id, deal_id, stage, effective_on, precision, valid_until, currency,
    reason, note, origin, demo)
VALUES (gen_random_uuid(), wall.me(), 'own', %(commitment)s, %(deal)s, 'enquiry', current_date, 'day', '2027-06-30', '',
        '', '', 'registered', false)
RETURNING id::text

-- name: create key
INSERT INTO institutions_idempotencykey (institution_id, actor, key, request_hash, status, object_id, made)
VALUES (wall.me(), current_setting('orebook.actor'), %(key)s, repeat('0', 64), 201, %(commitment)s, '{}')
RETURNING id::text

-- name: export
SELECT {told}, d.name AS deal_name, t.name AS tranche_name, i.short_name
FROM deals_commitment c
JOIN institutions_institution i ON i.id = c.institution_id
{parts}
ORDER BY c.told_at, c.id
