-- What `reward_actions.csv` makes of the changes of mParticle's audiences: the rewards to issue, and what became of every
-- change. The table is the one of the exports connector.

-- What was handed over to be issued. A change that is exported again has the same key, and is handed over once for each
-- action of its audience.
CREATE TABLE rewards_issued (
    number INTEGER PRIMARY KEY,
    connector_id VARCHAR,
    action_reference VARCHAR,
    identity_type VARCHAR,
    identity VARCHAR,
    membership_change_key VARCHAR,
    UNIQUE (membership_change_key, connector_id, action_reference)
);

CREATE VIEW reward_changes AS
SELECT
    *,
    user_identities ->> identity_type AS identity,
    row_number() OVER (
        PARTITION BY connector_id, action_reference, user_identities ->> identity_type, action
        ORDER BY membership_changed_timestamp, membership_change_key
    ) AS time_of_its_kind
FROM mparticle.audience_membership_changes LEFT JOIN reward_actions USING (audience_id);

-- One row for each change of a membership, and one more for each further action of its audience. `outcome` says what
-- becomes of it; none goes without.
CREATE VIEW reward_outcomes AS
SELECT
    *,
    CASE
        WHEN (membership_change_key, connector_id, action_reference) IN (
            SELECT (membership_change_key, connector_id, action_reference) FROM rewards_issued
        ) THEN 'issued'
        WHEN action = 'remove' THEN 'left the audience'
        WHEN action_reference IS NULL THEN 'no action'
        WHEN identity IS NULL THEN 'no identity'
        WHEN entrances IS DISTINCT FROM 'every' AND (
            time_of_its_kind > 1
            -- What is exported late may be earlier than what was issued.
            OR (connector_id, action_reference, identity) IN (
                SELECT (connector_id, action_reference, identity) FROM rewards_issued
            )
        ) THEN 'rewarded before'
        ELSE 'due'
    END AS outcome
FROM reward_changes;

CREATE VIEW rewards_due AS
SELECT
    row_number() OVER (ORDER BY membership_changed_timestamp, membership_change_key, action_reference) AS position,
    connector_id,
    action_reference,
    identity_type,
    identity,
    membership_change_key
FROM reward_outcomes
WHERE outcome = 'due'
ORDER BY position;

CREATE VIEW reward_report AS
SELECT outcome, audience_name || ' (' || audience_id || ')' AS audience, count(*) AS changes
FROM reward_outcomes
GROUP BY ALL ORDER BY ALL;
