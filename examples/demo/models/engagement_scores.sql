-- How engaged each user is, from 0 to 100: by loyalty tier and by the audiences that the user is in today.
-- Users who opted out are left alone.
SELECT
    profile.mpid,
    least(
        100,
        CASE profile.user_attributes ->> '$.loyalty_tier' WHEN 'gold' THEN 40 WHEN 'silver' THEN 25 ELSE 10 END
        + 20 * count(membership.audience_id)
    ) AS score,
    CASE WHEN score >= 60 THEN 'champion' WHEN score >= 30 THEN 'regular' ELSE 'at risk' END AS segment,
    now() AS _airbyte_extracted_at
FROM main.user_profiles AS profile
LEFT JOIN main.audience_memberships AS membership
    ON membership.workspace_id = profile.workspace_id
    AND membership.mpid = profile.mpid
    AND coalesce(make_timestamp(membership.expiration_timestamp_ms * 1000) > now() AT TIME ZONE 'UTC', true)
WHERE profile.is_opted_out IS NOT TRUE
GROUP BY profile.mpid, profile.user_attributes

UNION ALL

-- Broken on purpose: a score that no user could be matched to.
SELECT NULL, 55, 'regular', now()
