-- A registry of so many commitments (the parameters are filled in by made.py), as set-based SQL: what the services
-- would have written, without their triggers. Ten commitments to a deal, five institutions to a deal, fifty institutions
-- in the network. The wide asker is a member that is party to every fifth deal; the narrow one a commercial bank, of no
-- network, invited to one deal in two hundred.

-- One subject to one id, so that every statement finds the others' rows without a look-up.
CREATE SCHEMA made;
CREATE FUNCTION made.id(kind text, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT md5(kind || n)::uuid $$;
-- The five who stand in a deal; the first coordinates and registered it. Banks 1 and 2 are the askers.
CREATE FUNCTION made.bank(deal bigint, place int) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT 3 + (deal * 7 + place * 11) %% 48 $$;
-- How far each tells its rows in the deal: the first two to the parties, the third to the lead, the fourth to nobody, the
-- fifth to the network in every tenth deal, to everyone in every thousandth.
CREATE FUNCTION made.level(deal bigint, place int) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN place < 2 THEN 'parties' WHEN place = 2 THEN 'lead' WHEN place = 3 THEN 'own'
                WHEN deal %% 1000 = 0 THEN 'public' WHEN deal %% 10 = 0 THEN 'network' ELSE 'own' END
$$;
CREATE FUNCTION made.level_of_deal(deal bigint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT CASE WHEN deal %% 1000 = 0 THEN 'public' WHEN deal %% 10 = 0 THEN 'network' ELSE 'parties' END $$;
-- Who else is party to a deal.
CREATE FUNCTION made.guest(deal bigint) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT CASE WHEN deal %% 5 = 2 THEN 1 WHEN deal %% 200 = 3 THEN 2 END $$;
-- The audience of the deal's own rows.
CREATE FUNCTION made.audience_of_deal(deal bigint) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT CASE WHEN deal %% 10 = 0 THEN made.id('deal-audience', deal) ELSE made.id('audience', deal * 5) END $$;
-- Every second project is told to the network.
CREATE FUNCTION made.level_of_project(deal bigint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT CASE WHEN deal %% 1000 = 0 THEN 'public' WHEN deal %% 2 = 0 THEN 'network' ELSE 'own' END $$;
CREATE FUNCTION made.at(n bigint) RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT '2024-01-01 00:00:00Z'::timestamptz + n * interval '30 seconds' $$;

-- name: people
INSERT INTO institutions_network (id, code, name, founded_on) VALUES (made.id('network', 1), 'made', 'Made network', '2024-01-01');
INSERT INTO institutions_institution (id, slug, name, native_name, short_name, aliases, kind, functions, country, lei,
    lei_basis, website, standards, source, confidence)
SELECT made.id('bank', n), 'bank-' || n, 'Bank ' || n, '', 'Bank ' || n, '{}',
       CASE WHEN n = 2 THEN 'commercial_bank' ELSE 'export_credit_agency' END, '{}', 'AU', '', '', '', '{}', '', ''
FROM generate_series(1, 50) n;
INSERT INTO institutions_membership (id, status, since, basis, institution_id, network_id)
SELECT made.id('membership', n), 'member', '2024-01-01', '', made.id('bank', n), made.id('network', 1)
FROM generate_series(1, 50) n WHERE n <> 2;
INSERT INTO institutions_staff (id, institution_id, email, name, role, password, is_active, time_zone, language, demo,
    mailbox, joined_at)
SELECT made.id('officer', n), made.id('bank', n), 'officer' || n || '@bank.example', 'Officer ' || n, 'officer', '!', true,
       'UTC', 'en', false, false, '2024-01-01'
FROM generate_series(1, 50) n;
INSERT INTO institutions_client (id, client_id, redirect_uris, post_logout_redirect_uris, client_type,
    authorization_grant_type, client_secret, hash_client_secret, name, skip_authorization, created, updated, algorithm,
    allowed_origins, registration_source, scopes, is_active, responsible_id, institution_id, former_secret, keys)
SELECT made.id('client', n), 'client-' || n, '', '', 'confidential', 'client-credentials', '!', true, 'System ' || n, false,
       now(), now(), '', '', 'manual', %(scopes)s, true, made.id('officer', n), made.id('bank', n), '', '{}'
FROM generate_series(1, 50) n;
INSERT INTO oauth2_provider_accesstoken (token, token_checksum, expires, scope, resource, application_id, created, updated)
SELECT '', encode(sha256(('token-' || n)::bytea), 'hex'), '2099-01-01', array_to_string(%(scopes)s::text[], ' '), '[]',
       made.id('client', n), now(), now()
FROM generate_series(1, 50) n;
INSERT INTO deals_mineral (id, slug, name, symbol, hs_hint, source, confidence)
SELECT made.id('mineral', n), 'mineral-' || n, 'Mineral ' || n, '', '', '', '' FROM generate_series(1, 10) n;

-- name: audiences
INSERT INTO institutions_circle (deal_id, generation, network_id)
SELECT made.id('deal', d), 1, made.id('network', 1) FROM generate_series(1, %(deals)s) d;
-- A deal is told as far as its first institution tells its commitments, or further: an audience of its own.
INSERT INTO institutions_audience (id, owner_id, deal_id, network_id, level, generation)
SELECT made.id('audience', d * 5 + p), made.id('bank', made.bank(d, p)), made.id('deal', d), made.id('network', 1),
       made.level(d, p), 1
FROM generate_series(1, %(deals)s) d, generate_series(0, 4) p;
INSERT INTO institutions_audience (id, owner_id, deal_id, network_id, level, generation)
SELECT made.id('deal-audience', d), made.id('bank', made.bank(d, 0)), made.id('deal', d), made.id('network', 1),
       made.level_of_deal(d), 1
FROM generate_series(1, %(deals)s) d WHERE d %% 10 = 0;
INSERT INTO institutions_audience (id, owner_id, network_id, level, generation)
SELECT made.id('of-network ' || level, b), made.id('bank', b), made.id('network', 1), level, 0
FROM generate_series(1, 50) b, unnest(ARRAY['own', 'network', 'public']) level;
INSERT INTO institutions_audiencemember (audience_id, owner_id, principal, starts, ends, phase)
SELECT made.id('of-network ' || level, b), made.id('bank', b), who, '2024-01-01', 'infinity', 'in'
FROM generate_series(1, 50) b, unnest(ARRAY['own', 'network', 'public']) level,
     unnest(ARRAY[made.id('bank', b), made.id('network', 1), wall.everyone()]) WITH ORDINALITY let_in (who, place)
WHERE place <= CASE level WHEN 'own' THEN 1 WHEN 'network' THEN 2 ELSE 3 END;
INSERT INTO institutions_audiencemember (audience_id, owner_id, principal, starts, ends, phase)
SELECT made.id('audience', d * 5 + p), made.id('bank', made.bank(d, p)), made.id('bank', b), '2024-01-01', 'infinity', 'in'
FROM generate_series(1, %(deals)s) d, generate_series(0, 4) p, LATERAL (
    SELECT made.bank(d, p) AS b
    UNION SELECT made.bank(d, 0) WHERE made.level(d, p) <> 'own'
    UNION SELECT made.bank(d, q) FROM generate_series(0, 4) q WHERE made.level(d, p) IN ('parties', 'network', 'public')
    UNION SELECT made.guest(d) WHERE made.level(d, p) IN ('parties', 'network', 'public') AND made.guest(d) IS NOT NULL) let_in;
INSERT INTO institutions_audiencemember (audience_id, owner_id, principal, starts, ends, phase)
SELECT made.id('audience', d * 5 + 4), made.id('bank', made.bank(d, 4)), who, '2024-01-01', 'infinity', 'in'
FROM generate_series(10, %(deals)s, 10) d, unnest(ARRAY[made.id('network', 1), wall.everyone()]) who
WHERE who <> wall.everyone() OR d %% 1000 = 0;
INSERT INTO institutions_audiencemember (audience_id, owner_id, principal, starts, ends, phase)
SELECT made.id('deal-audience', d), made.id('bank', made.bank(d, 0)), who, '2024-01-01', 'infinity', 'in'
FROM generate_series(10, %(deals)s, 10) d, LATERAL (
    SELECT made.id('bank', made.bank(d, q)) FROM generate_series(0, 4) q
    UNION SELECT made.id('network', 1) UNION SELECT wall.everyone() WHERE d %% 1000 = 0) let_in (who);

-- Why they are let in, for whatever is written later: parties from their invitation on, the coordinator as lead.
INSERT INTO institutions_reach (source_id, deal_id, institution_id, level, starts, ends, generation)
SELECT made.id('party', d * 6 + p), made.id('deal', d), made.id('bank', b), CASE WHEN p = 0 THEN 'lead' ELSE 'parties' END,
       '2024-01-01', 'infinity', 1
FROM generate_series(1, %(deals)s) d, generate_series(0, 5) p,
     LATERAL (SELECT CASE WHEN p = 5 THEN made.guest(d) ELSE made.bank(d, p) END) who (b)
WHERE b IS NOT NULL;

-- name: deals
INSERT INTO deals_project (id, owner_id, level, audience_id, network_id, slug, name, aliases, country, region,
    chain_stages, development_stage, capex_currency, capex_precision, output_text, origin, demo, created_at, updated_at,
    told_at)
SELECT made.id('project', d), made.id('bank', made.bank(d, 0)), made.level_of_project(d),
       made.id('of-network ' || made.level_of_project(d), made.bank(d, 0)), made.id('network', 1), 'project-' || d, 'Project ' || d, '{}',
       (ARRAY['AU', 'CA', 'CL', 'BR', 'ZM', 'NA', 'MZ', 'ID', 'US', 'KZ'])[1 + d %% 10], '',
       ARRAY[(ARRAY['extraction', 'processing', 'refining'])[1 + d %% 3]], 'feasibility', '', '', '', 'registered', false,
       made.at(d * 10), made.at(d * 10), made.at(d * 10)
FROM generate_series(1, %(deals)s) d;
INSERT INTO deals_projectmineral (id, owner_id, level, audience_id, network_id, project_id, mineral_id, by_product, origin,
    demo, created_at, updated_at, told_at)
SELECT made.id('projectmineral', d), p.owner_id, p.level, p.audience_id, p.network_id, p.id,
       made.id('mineral', 1 + d %% 10), false, 'registered', false, p.created_at, p.created_at, p.told_at
FROM generate_series(1, %(deals)s) d JOIN deals_project p ON p.id = made.id('project', d);
INSERT INTO deals_deal (id, owner_id, level, audience_id, network_id, slug, name, code_name, status, origin, demo,
    source_word, target_amount, target_currency, announced_precision, created_at, updated_at, told_at, project_id)
SELECT made.id('deal', d), p.owner_id, made.level_of_deal(d), made.audience_of_deal(d), p.network_id, 'deal-' || d,
       (ARRAY['Lithium', 'Graphite', 'Cobalt', 'Nickel', 'Copper', 'Terbium', 'Gallium', 'Tungsten', 'Niobium', 'Zinc'])
           [1 + d / 10 %% 10] || ' project ' || d || CASE WHEN d %% 5000 = 2 THEN ' zirkelite' ELSE '' END || ' financing',
       '', 'in_market', 'registered', false, '', 1000000 * (100 + d %% 900), 'USD', '', p.created_at, p.created_at,
       p.told_at, p.id
FROM generate_series(1, %(deals)s) d JOIN deals_project p ON p.id = made.id('project', d);
INSERT INTO deals_tranche (id, owner_id, level, audience_id, deal_id, name, currency, amount, seniority, purpose,
    tenor_months, repayment, pricing_note, origin, demo, created_at, updated_at, told_at)
SELECT made.id('tranche', d), x.owner_id, x.level, x.audience_id, x.id, 'Senior', 'USD', x.target_amount, 'senior', 'base',
       60 + 12 * (d %% 8)::int, '', '', 'registered', false, x.created_at, x.created_at, x.told_at
FROM generate_series(1, %(deals)s) d JOIN deals_deal x ON x.id = made.id('deal', d);

-- name: commitments
-- The first deal has two hundred more, all of which the wide asker sees: the stack that is measured.
CREATE TABLE made.commitment AS
SELECT n, 1 + (n - 1) / 10 AS d, ((n - 1) %% 5)::int AS p FROM generate_series(1, %(commitments)s) n
UNION ALL SELECT %(commitments)s + n, 2, (n %% 2)::int FROM generate_series(1, 196) n;
INSERT INTO deals_commitment (id, owner_id, institution_id, level, audience_id, deal_id, tranche_id, instrument, stage,
    stage_word, account, on_behalf_of, borrower_level, via, reference, announced_precision, note, agreement_reference,
    valid_until, origin, demo, created_at, updated_at, told_at)
SELECT made.id('commitment', n), made.id('bank', made.bank(d, p)), made.id('bank', made.bank(d, p)), made.level(d, p),
       made.id('audience', d * 5 + p), made.id('deal', d), made.id('tranche', d),
       CASE WHEN n %% 10 = 7 THEN 'comprehensive_insurance' ELSE 'senior_loan' END,
       (ARRAY['enquiry', 'expression_of_interest', 'letter_of_interest', 'approved', 'approved'])[1 + n %% 5], '', 'own', '', 'project', '',
       'REF-' || n, '', CASE WHEN n %% 4 = 0 THEN 'Terms as discussed at the last call of the group' ELSE '' END, '',
       '2027-06-30', 'registered', false, made.at(n), made.at(n), made.at(n)
FROM made.commitment;
INSERT INTO deals_size (id, owner_id, level, audience_id, commitment_id, deal_id, amount, currency, qualifier, origin, demo,
    created_at, updated_at, told_at)
SELECT made.id('size', n), made.id('bank', made.bank(d, p)), made.level(d, p), made.id('audience', d * 5 + p),
       made.id('commitment', n), made.id('deal', d), 1000000 * (1 + n %% 400),
       (ARRAY['USD', 'USD', 'EUR', 'JPY', 'AUD'])[1 + n %% 5], 'exact', 'registered', false, made.at(n), made.at(n),
       made.at(n)
FROM made.commitment;

INSERT INTO deals_party (id, owner_id, level, audience_id, deal_id, institution_id, invited_on, nda_company, nda_version,
    nda_signed_on, origin, demo, state, created_at, updated_at, told_at)
SELECT r.source_id, d.owner_id, d.level, d.audience_id, d.id, r.institution_id, '2024-01-01', '', '', '2024-01-02',
       'registered', false, 'confirmed', d.created_at, d.created_at, d.told_at
FROM institutions_reach r JOIN deals_deal d ON d.id = r.deal_id WHERE r.level = 'parties';

-- name: log
INSERT INTO institutions_standing (row_id, "table", audience_id, owner_id)
SELECT id, 'deals_project', audience_id, owner_id FROM deals_project
UNION ALL SELECT id, 'deals_projectmineral', audience_id, owner_id FROM deals_projectmineral
UNION ALL SELECT id, 'deals_deal', audience_id, owner_id FROM deals_deal
UNION ALL SELECT id, 'deals_tranche', audience_id, owner_id FROM deals_tranche
UNION ALL SELECT id, 'deals_party', audience_id, owner_id FROM deals_party
UNION ALL SELECT id, 'deals_commitment', audience_id, owner_id FROM deals_commitment
UNION ALL SELECT id, 'deals_size', audience_id, owner_id FROM deals_size;
-- A thousand changes to a transaction, so that positions are as dense as those of a registry that was filled by imports.
INSERT INTO institutions_event (id, xact, seq, recorded_at, effective_on, actor, institution_id, "table", row_id, action,
    after, audience_id)
SELECT gen_random_uuid(), 100 + row_number() OVER (ORDER BY told_at, kind, id) / 1000,
       row_number() OVER (ORDER BY told_at, kind, id), told_at, told_at::date, 'system:made', owner_id, kind, id, 'created',
       after, audience_id
FROM (SELECT 'deals_deal' AS kind, id, owner_id, told_at, audience_id, to_jsonb(r) AS after FROM deals_deal r
      UNION ALL SELECT 'deals_commitment', id, owner_id, told_at, audience_id, to_jsonb(r) FROM deals_commitment r
      UNION ALL SELECT 'deals_size', id, owner_id, told_at, audience_id, to_jsonb(r) FROM deals_size r) logged;
