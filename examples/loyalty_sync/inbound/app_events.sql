-- What another system, a shop's app, sends to mParticle through an input of its own, a batch for each event. All of it is
-- invented. `moment` is the macro of the platform's own tables.

CREATE TABLE app_events (
    number INTEGER PRIMARY KEY,
    environment VARCHAR,
    user_identities JSON,
    event_type VARCHAR,
    occurred_at VARCHAR,
    data JSON
);

INSERT INTO app_events VALUES
    (1, 'production', '{"customer_id": "M-1001"}', 'session_start', moment(1, '18:00:00'), '{}'),
    (2, 'production', '{"customer_id": "M-1001"}', 'commerce_event', moment(1, '18:04:00'),
        '{"product_action": {"action": "purchase", "transaction_id": "A-501", "total_amount": 42.5,
          "products": [{"id": "4411", "name": "Rain jacket", "price": 42.5, "quantity": 1}]}}'),
    (3, 'production', '{"customer_id": "M-1003"}', 'custom_event', moment(1, '18:05:00'),
        '{"event_name": "Loyalty Coupon Redeemed", "custom_event_type": "transaction",
          "custom_attributes": {"coupon_code": "APP-5X1"}}'),
    (4, 'production', '{"customer_id": "M-1001"}', 'commerce_event', moment(1, '18:10:00'),
        '{"product_action": {"action": "add_to_cart", "products": [{"id": "4412", "name": "Scarf", "price": 19.99}]}}'),
    -- No member: a customer of the shop who has not joined, and somebody who has not said who he is.
    (5, 'production', '{"customer_id": "W-7"}', 'commerce_event', moment(1, '18:20:00'),
        '{"product_action": {"action": "purchase", "transaction_id": "A-502", "total_amount": 8,
          "products": [{"id": "4413", "name": "Socks", "price": 8}]}}'),
    (6, 'production', '{"other": "visitor-31"}', 'session_start', moment(1, '18:30:00'), '{}'),
    -- A tester, whose purchase must not become points of the real programme.
    (7, 'development', '{"email": "tom@example.com"}', 'commerce_event', moment(1, '18:40:00'),
        '{"product_action": {"action": "purchase", "transaction_id": "TEST-1", "total_amount": 1000,
          "products": [{"id": "4411", "name": "Rain jacket", "price": 1000}]}}');

CREATE VIEW app_batches AS
SELECT
    number,
    json_object(
        'environment', environment,
        'user_identities', user_identities,
        'events', json_array(json_object(
            'event_type', event_type,
            'data', json_merge_patch(data, json_object(
                'timestamp_unixtime_ms', epoch_ms(occurred_at::TIMESTAMPTZ),
                'source_message_id', 'app-' || number
            ))
        ))
    )::VARCHAR AS batch
FROM app_events ORDER BY number;
