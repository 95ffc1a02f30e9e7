-- What the two CSV files make of the loyalty platform's events. An event without an association does not travel.

CREATE VIEW loyalty_members AS
SELECT * FROM members ORDER BY member_id;

-- One row for each event and field. `{name}` takes what the event's data has under that name, anything else is a constant.
CREATE VIEW event_values AS
SELECT
    sequence,
    field,
    CASE
        WHEN value LIKE '{%}' THEN json_extract(data, '$."' || value[2:-2] || '"')
        ELSE to_json(value)
    END AS value
FROM events JOIN event_fields ON source_event = name;

CREATE VIEW loyalty_events AS
SELECT
    sequence,
    event_id,
    member_id,
    occurred_at,
    mparticle_event,
    custom_event_type,
    (
        SELECT to_json(map(list(field ORDER BY field), list(value ORDER BY field)))
        FROM event_values WHERE event_values.sequence = events.sequence
    ) AS attributes
FROM events JOIN event_associations ON source_event = name
ORDER BY sequence;

CREATE VIEW events_without_association AS
SELECT name, count(*) AS events
FROM events ANTI JOIN event_associations ON source_event = name
GROUP BY name ORDER BY name;
