-- Hands everything over that is due, in order, or nothing.

INSERT INTO rewards_issued
SELECT
    (SELECT count(*) FROM rewards_issued) + position,
    connector_id, action_reference, identity_type, identity, membership_change_key
FROM rewards_due
ORDER BY position;
