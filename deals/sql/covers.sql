-- One loan or tranche is covered at most whole against each risk, as far as its covers are one owner's; a cover of a tranche
-- is one of each loan in it, and where a loan is named its tranche only says where it stands. What other
-- insurers cover may be hidden from this one, and must not decide what it can write. Whoever sees more is warned by the
-- stack. Runs as its invoker, who sees all covers of its own.
CREATE OR REPLACE FUNCTION deals.covers_at_most_whole() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE most numeric;
BEGIN
    -- Two of the same owner's that race must both be in the sum.
    PERFORM pg_advisory_xact_lock(hashtextextended(
        concat_ws(' ', 'cover', NEW.owner_id, NEW.deal_id), 0));
    SELECT max(greatest(political + coalesce(NEW.political_percent, 0),
                        commercial + coalesce(NEW.commercial_percent, 0))) INTO most
    FROM (
        SELECT coalesce(sum(l.political_percent), 0) AS political, coalesce(sum(l.commercial_percent), 0) AS commercial
        FROM (SELECT NEW.covered_id, CASE WHEN NEW.covered_id IS NULL THEN NEW.covered_tranche_id ELSE (
                         SELECT c.tranche_id FROM deals_commitment c WHERE c.id = NEW.covered_id) END
              UNION ALL
              SELECT c.id, c.tranche_id FROM deals_commitment c
              WHERE NEW.covered_id IS NULL AND c.tranche_id = NEW.covered_tranche_id) AS covered (loan, tranche)
        JOIN deals_coverlink l ON l.covered_id = covered.loan
             OR (l.covered_id IS NULL AND l.covered_tranche_id = covered.tranche)
        JOIN deals_commitment c ON c.id = l.cover_id
        WHERE l.owner_id = NEW.owner_id AND l.id <> NEW.id AND deals.class_of(c.stage) <> 'ended'
        GROUP BY covered.loan) AS there;
    IF most > 100 THEN
        RAISE EXCEPTION 'covers of one owner protect more than the whole' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'covers_at_most_whole';
    END IF;
    RETURN NEW;
END $$;
