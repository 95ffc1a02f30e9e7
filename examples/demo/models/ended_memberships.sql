-- Users who dropped out of an audience, so that a win-back campaign can begin with them.
SELECT
    mpid,
    'Audience Membership Ended' AS event,
    audience_name AS audience,
    strftime(make_timestamp(expiration_timestamp_ms * 1000), '%Y-%m-%d') AS ended_on,
    strftime(now() AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%SZ') AS noticed_at,
    now() AS _airbyte_extracted_at
FROM main.audience_memberships
WHERE make_timestamp(expiration_timestamp_ms * 1000) < now() AT TIME ZONE 'UTC'

UNION ALL

-- Broken on purpose: a time with the day first, and an event without a name.
SELECT 1, 'Audience Membership Ended', 'Loyal Members', '2024-12-31', '31.12.2024 09:30', now()
UNION ALL
SELECT 2, NULL, 'Loyal Members', '2024-12-31', '2024-12-31T09:30:00Z', now()
