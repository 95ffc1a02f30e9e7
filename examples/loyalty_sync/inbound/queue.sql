-- What the three CSV files make of mParticle's events: the queue of the loyalty platform, and what became of every event.
-- The tables are those of the exports connector (`mparticle.events`) and the platform's own (`members`).

-- What the platform has taken from the queue. An event that is exported again has the same key, and is taken once.
CREATE TABLE inbound_registered (
    number INTEGER PRIMARY KEY,
    loyalty_environment VARCHAR,
    member_id VARCHAR,
    loyalty_event VARCHAR,
    occurred_at TIMESTAMPTZ,
    data JSON,
    event_key VARCHAR,
    UNIQUE (event_key, loyalty_event)
);

-- Members by the column that the settings of an environment name.
CREATE VIEW inbound_members AS
SELECT
    environment,
    to_json(members) ->> ('$."' || member_identifier || '"') AS identity,
    min(member_id) AS member_id,
    count(*) AS members
FROM members, inbound_settings
GROUP BY ALL;

CREATE VIEW inbound_named AS
SELECT *, CASE event_type WHEN 'commerce_event' THEN product_action_type ELSE event_name END AS name
FROM mparticle.events;

-- However many lines of the table ask for it, an event stands for a loyalty event once. A line without a name is for every
-- event of its type.
CREATE VIEW inbound_associated AS
SELECT DISTINCT event_key, loyalty_event
FROM inbound_named AS named JOIN inbound_associations AS associations
    ON associations.event_type = named.event_type
    AND coalesce(associations.event_name = named.name, associations.event_name IS NULL);

-- One row for each event, and one more for each further loyalty event that it stands for. `outcome` says what becomes of
-- it; none goes without.
CREATE VIEW inbound_events AS
SELECT
    named.*,
    settings.loyalty_environment,
    associated.loyalty_event,
    found.member_id,
    CASE
        WHEN registered.event_key IS NOT NULL THEN 'registered'
        -- Else a point added would add points.
        WHEN (custom_attributes ->> 'loyalty_origin') IS NOT NULL THEN 'own event'
        WHEN settings.environment IS NULL THEN 'no settings'
        WHEN associated.loyalty_event IS NULL THEN 'no association'
        WHEN (user_identities ->> customer_identifier) IS NULL THEN 'no identity'
        WHEN members IS NULL THEN 'no member'
        WHEN members > 1 THEN 'several members'
        ELSE 'waiting'
    END AS outcome
FROM inbound_named AS named
LEFT JOIN inbound_settings AS settings USING (environment)
LEFT JOIN inbound_associated AS associated ON associated.event_key = named.event_key
LEFT JOIN inbound_members AS found
    ON found.environment = named.environment AND found.identity = (named.user_identities ->> customer_identifier)
LEFT JOIN inbound_registered AS registered
    ON registered.event_key = named.event_key AND registered.loyalty_event = associated.loyalty_event;

-- One row for each event and field. `{name}` takes the event's custom attribute of that name, else its column; anything
-- else is a constant.
CREATE VIEW inbound_values AS
SELECT
    event_key,
    loyalty_event,
    field,
    CASE
        WHEN value LIKE '{%}' THEN coalesce(
            nullif(custom_attributes -> ('$."' || value[2:-2] || '"'), 'null'::JSON),
            nullif(to_json(named) -> ('$."' || value[2:-2] || '"'), 'null'::JSON)
        )
        ELSE to_json(value)
    END AS value
FROM inbound_events AS named JOIN inbound_fields USING (loyalty_event)
WHERE outcome IN ('waiting', 'registered');

-- In the order in which mParticle received them: what it exports late then comes after what was taken before.
CREATE VIEW inbound_queue AS
SELECT
    row_number() OVER (ORDER BY batch_timestamp, timestamp, event_num, event_key, loyalty_event) AS position,
    loyalty_environment,
    member_id,
    loyalty_event,
    timestamp AS occurred_at,
    coalesce((
        SELECT to_json(map(list(field ORDER BY field), list(value ORDER BY field)))
        FROM inbound_values AS one
        WHERE (one.event_key, one.loyalty_event) = (inbound_events.event_key, inbound_events.loyalty_event)
            AND value IS NOT NULL
    ), '{}'::JSON) AS data,
    event_key
FROM inbound_events
WHERE outcome = 'waiting'
ORDER BY position;

CREATE VIEW inbound_missing_fields AS
SELECT loyalty_event, field, count(*) AS events
FROM inbound_values WHERE value IS NULL
GROUP BY ALL ORDER BY ALL;

CREATE VIEW inbound_report AS
SELECT outcome, environment, concat_ws(' ', event_type, name) AS event, count(*) AS events
FROM inbound_events
GROUP BY ALL ORDER BY ALL;
