-- What a loyalty platform exports: its members, and an event for everything that happens to them. All of it is
-- invented. The variable `today` places the events in the last three days.

CREATE TABLE members (
    member_id VARCHAR PRIMARY KEY,
    first_name VARCHAR,
    last_name VARCHAR,
    email VARCHAR,
    mobile VARCHAR,
    age INTEGER,
    gender VARCHAR,
    street VARCHAR,
    zip VARCHAR,
    city VARCHAR,
    state VARCHAR,
    country VARCHAR,
    language VARCHAR,
    tier VARCHAR,
    points INTEGER
);

INSERT INTO members VALUES
    ('M-1001', 'Ines', 'Varga', 'ines@example.com', '+15550100001', 34, 'F', '12 Alder Row', '04101', 'Portland', 'ME', 'US', 'en', 'gold', 1750),
    ('M-1002', 'Tom', 'Okafor', 'tom@example.com', '+15550100002', 41, 'M', '8 Quay Lane', '98101', 'Seattle', 'WA', 'US', 'en', 'silver', 700),
    ('M-1003', 'Chloé', 'Martel', 'chloe@example.com', NULL, 28, 'F', '3 rue des Lilas', '69002', 'Lyon', NULL, 'FR', 'fr', 'silver', 940),
    ('M-1004', 'Jonas', 'Weiss', 'jonas@example.com', '+15550100004', 52, 'M', 'Lindenweg 5', '50667', 'Köln', NULL, 'DE', 'de', 'bronze', 120),
    ('M-1005', 'Sofia', 'Reyes', 'sofia@example.com', '+15550100005', NULL, NULL, NULL, NULL, 'Austin', 'TX', 'US', 'es', 'bronze', 60),
    ('M-1006', 'Akira', 'Mori', 'akira@example.com', '+15550100006', 37, 'M', '2-7 Midori', '150-0001', 'Tokyo', NULL, 'JP', 'ja', 'platinum', 3240);

-- `sequence` grows with every event: it is the cursor that a state holds.
CREATE TABLE events (
    sequence INTEGER PRIMARY KEY,
    event_id VARCHAR,
    member_id VARCHAR,
    name VARCHAR,
    occurred_at VARCHAR,
    data JSON
);

CREATE MACRO moment(days_ago, clock) AS
    strftime(getvariable('today')::DATE - days_ago, '%Y-%m-%d') || 'T' || clock || 'Z';

INSERT INTO events VALUES
    (1, 'E-1', 'M-1001', 'point_add', moment(3, '09:15:00'), '{"points": 150, "reason": "purchase", "balance": 2150}'),
    (2, 'E-2', 'M-1002', 'profile', moment(3, '09:40:00'), '{"changed": ["language", "mobile"]}'),
    (3, 'E-3', 'M-1003', 'coupon_assign', moment(3, '10:05:00'), '{"coupon_code": "SPRING-7H2", "offer": "10 percent off"}'),
    (4, 'E-4', 'M-1001', 'reward_claim', moment(3, '11:30:00'), '{"reward_id": "R-20", "reward_name": "Coffee mug", "points": 400}'),
    (5, 'E-5', 'M-1004', 'check_in', moment(3, '12:00:00'), '{"store": "S-3"}'),
    (6, 'E-6', 'M-1006', 'point_add', moment(2, '08:00:00'), '{"points": 220, "reason": "purchase", "balance": 3240}'),
    -- Typed in by hand at a till, in a form that nobody can read for certain.
    (7, 'E-7', 'M-1005', 'point_add', '20/10 half past six', '{"points": 15, "reason": "goodwill", "balance": 75}'),
    (8, 'E-8', 'M-1006', 'tier_change', moment(2, '08:00:01'), '{"tier": "platinum", "previous_tier": "gold"}'),
    (9, 'E-9', 'M-1003', 'coupon_redeem', moment(2, '17:45:00'), '{"coupon_code": "SPRING-7H2", "offer": "10 percent off"}'),
    (10, 'E-10', 'M-1002', 'point_sub', moment(2, '18:20:00'), '{"points": 30, "reason": "return", "balance": 700}');
