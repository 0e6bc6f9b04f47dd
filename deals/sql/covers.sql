-- One loan or tranche is covered at most whole against each risk, as far as its covers are one owner's: what other
-- insurers cover may be hidden from this one, and must not decide what it can write. Whoever sees more is warned by the
-- stack. Runs as its invoker, who sees all covers of its own.
CREATE OR REPLACE FUNCTION deals.covers_at_most_whole() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE most numeric;
BEGIN
    -- Two of the same owner's that race must both be in the sum.
    PERFORM pg_advisory_xact_lock(hashtextextended(
        concat_ws(' ', 'cover', NEW.owner_id, NEW.covered_id, NEW.covered_tranche_id), 0));
    SELECT greatest(sum(l.political_percent) + coalesce(NEW.political_percent, 0),
                    sum(l.commercial_percent) + coalesce(NEW.commercial_percent, 0)) INTO most
    FROM deals_coverlink l JOIN deals_commitment c ON c.id = l.cover_id
    WHERE l.owner_id = NEW.owner_id AND l.id <> NEW.id AND deals.class_of(c.stage) <> 'ended'
      AND (l.covered_id, l.covered_tranche_id) IS NOT DISTINCT FROM (NEW.covered_id, NEW.covered_tranche_id);
    IF most > 100 THEN
        RAISE EXCEPTION 'covers of one owner protect more than the whole' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'covers_at_most_whole';
    END IF;
    RETURN NEW;
END $$;
