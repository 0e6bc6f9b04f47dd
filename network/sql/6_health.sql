-- Whether mail and webhooks get through, for the secretariat: whether something is late, and whether anything was given up.
-- Not how late or how many: where somebody hears of something at once, a row says by its moment when it happened.
CREATE OR REPLACE FUNCTION network.health(late_before timestamptz, since timestamptz)
RETURNS TABLE (channel text, late boolean, given_up boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT found.* FROM (
        SELECT 'mail',
               EXISTS (SELECT FROM network_digest d WHERE d.status = 'pending' AND d.not_before < late_before),
               EXISTS (SELECT FROM network_digest d WHERE d.status = 'parked' AND d.made_at > since)
        UNION ALL
        SELECT 'webhooks',
               EXISTS (SELECT FROM network_webhookdelivery d
                       JOIN network_webhookendpoint e ON e.id = d.endpoint_id
                       JOIN network_webhooklane l ON l.endpoint_id = d.endpoint_id
                       WHERE d.status = 'pending' AND d.not_before < late_before AND e.active AND l.stopped = ''),
               EXISTS (SELECT FROM network_webhooklane l WHERE l.stopped <> '' AND l.stopped_at > since)
    ) found (channel, late, given_up)
    WHERE EXISTS (SELECT FROM institutions_institution i WHERE i.id = wall.me() AND i.kind = 'secretariat')
    ORDER BY 1
$$;
