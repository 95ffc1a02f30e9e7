-- What happens after the first delivery, while mParticle has a bad minute: three rounds of points and a reward for
-- every member, so that their order can be seen.

INSERT INTO events
SELECT
    10 + row_number() OVER (ORDER BY round, member_id),
    'E-' || (10 + row_number() OVER (ORDER BY round, member_id)),
    member_id,
    CASE round WHEN 4 THEN 'reward_claim' ELSE 'point_add' END,
    moment(1, '1' || round || ':00:00'),
    CASE round
        WHEN 4 THEN '{"reward_id": "R-31", "reward_name": "Tote bag", "points": 25}'
        ELSE json_object('points', 10 * round, 'reason', 'purchase', 'balance', points + 5 * round * (round + 1))
    END
FROM members, range(1, 5) AS rounds (round);
