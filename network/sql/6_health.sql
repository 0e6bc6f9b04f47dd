-- Whether mail and webhooks get through, for the secretariat: how late the latest is and how many were given up, and
-- nothing of what they say or whose they are. How many went out is not told: that would say how much happens unseen.
CREATE OR REPLACE FUNCTION network.health(at_ timestamptz)
RETURNS TABLE (channel text, oldest timestamptz, given_up bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT found.* FROM (
        SELECT kinds.channel,
               min(d.not_before) FILTER (WHERE d.status = 'pending' AND d.not_before <= at_),
               count(*) FILTER (WHERE d.status = 'parked' AND d.made_at > at_ - interval '7 days')
        FROM (VALUES ('mail', false), ('mail_at_once', true)) kinds (channel, at_once)
        LEFT JOIN network_digest d ON (d.period LIKE 'once:%') = kinds.at_once
        GROUP BY kinds.channel
        UNION ALL
        SELECT 'webhooks', min(d.not_before) FILTER (WHERE d.status = 'pending' AND d.not_before <= at_
                                                     AND e.active AND l.stopped = ''),
               count(DISTINCT l.endpoint_id) FILTER (WHERE l.stopped <> '' AND l.stopped_at > at_ - interval '7 days')
        FROM network_webhooklane l
        JOIN network_webhookendpoint e ON e.id = l.endpoint_id
        LEFT JOIN network_webhookdelivery d ON d.endpoint_id = l.endpoint_id
    ) found
    WHERE EXISTS (SELECT FROM institutions_institution i WHERE i.id = wall.me() AND i.kind = 'secretariat')
    ORDER BY 1
$$;
