-- One run of the queue's job: everything that waits, in order, or nothing.

INSERT INTO inbound_registered
SELECT
    (SELECT count(*) FROM inbound_registered) + position,
    loyalty_environment, member_id, loyalty_event, occurred_at, data, event_key
FROM inbound_queue
ORDER BY position;
