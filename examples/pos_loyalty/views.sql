-- Shapes the point-of-sale platform's raw rows into records for the destination: one view for commerce events and one for
-- custom events, each with the columns that mapping.json names, in the order of time. A null is not sent.

CREATE OR REPLACE VIEW pos_rows AS
SELECT
    raw ->> 'event_id' AS event_id,
    raw ->> 'trigger' AS trigger,
    raw ->> 'occurred_at' AS occurred_at,
    row_number() OVER (ORDER BY try_cast(raw ->> 'occurred_at' AS TIMESTAMPTZ), raw ->> 'event_id') AS position,
    raw -> 'wallet' ->> 'walletId' AS wallet_id,
    list_filter(
        from_json(raw -> 'wallet' -> 'identities', '[{"type": "VARCHAR", "value": "VARCHAR"}]'),
        lambda one: one.type = 'CARD'
    )[1].value AS card,
    raw ->> 'stage' AS stage,
    coalesce(raw ->> 'pointsBalance', raw -> 'spend' ->> 'pointsBalance') AS points_balance,
    raw -> 'tier' ->> 'tierId' AS tier_id,
    raw -> 'tier' -> 'balances' ->> 'points' AS tier_balances_points,
    raw -> 'tier' -> 'balances' ->> 'spend' AS tier_balances_spend,
    raw -> 'tier' -> 'balances' ->> 'transactions' AS tier_balances_transactions,
    raw -> 'tier' -> 'balances' ->> 'resetDate' AS tier_balances_reset_date,
    raw -> 'store' ->> 'storeId' AS store_id,
    raw -> 'store' ->> 'storeParentId' AS store_parent_id,
    from_json(
        raw -> 'basket' -> 'items',
        '[{"upc": "VARCHAR", "description": "VARCHAR", "count": "JSON", "itemCost": "JSON", "totalCost": "JSON"}]'
    ) AS items,
    list_filter(
        from_json(
            coalesce(raw -> 'operations', '[]'),
            '[{"objectType": "VARCHAR", "operationType": "VARCHAR", "objectValue": {"event": "VARCHAR", "value": "JSON",
               "account": {"accountId": "VARCHAR", "campaignId": "VARCHAR", "type": "VARCHAR", "clientType": "VARCHAR",
                           "status": "VARCHAR", "state": "VARCHAR", "dates": {"start": "VARCHAR", "end": "VARCHAR"}}}}]'
        ),
        lambda one: one.objectType = 'walletAccountTransactionEntity'
    ) AS accounts,
    raw
FROM pos_raw
-- A row that the platform sends again is one event.
QUALIFY row_number() OVER (PARTITION BY raw ->> 'event_id' ORDER BY rowid) = 1;

-- The lists that travel as JSON text. They stay nested here: the destination writes the text, and rejects a list that is
-- too long for mParticle where it would have to cut a text. Money and points inside them keep the platform's own unit.
CREATE OR REPLACE VIEW pos_lists AS
SELECT
    event_id,
    to_json(list_transform(
        list_filter(accounts, lambda one: one.operationType = 'CREATE' AND one.objectValue.account.type = 'ECOUPON'),
        lambda one: {
            'account_id': one.objectValue.account.accountId,
            'campaign_id': one.objectValue.account.campaignId,
            'type': one.objectValue.account.type,
            'client_type': one.objectValue.account.clientType,
            'status': one.objectValue.account.status,
            'state': one.objectValue.account.state,
            'date_start': one.objectValue.account.dates.start,
            'date_end': one.objectValue.account.dates.end
        }
    )) AS coupons,
    to_json(list_transform(
        list_filter(accounts, lambda one:
            one.operationType = 'UPDATE' AND one.objectValue.account.type = 'ECOUPON' AND one.objectValue.event = 'REDEEM'),
        lambda one: {
            'account_id': one.objectValue.account.accountId,
            'campaign_id': one.objectValue.account.campaignId,
            'value': one.objectValue.value
        }
    )) AS coupons_redeemed,
    to_json(list_transform(
        list_filter(accounts, lambda one: one.objectValue.event = 'UNREDEEM'),
        lambda one: {
            'account_id': one.objectValue.account.accountId,
            'campaign_id': one.objectValue.account.campaignId,
            'value': one.objectValue.value
        }
    )) AS coupons_unredeemed,
    to_json(list_transform(
        list_filter(accounts, lambda one:
            one.operationType = 'CREATE' AND one.objectValue.account.clientType = 'ENTITLEMENT'),
        lambda one: {
            'account_id': one.objectValue.account.accountId,
            'campaign_id': one.objectValue.account.campaignId
        }
    )) AS entitlements,
    to_json(list_transform(items, lambda one: {
        'description': one.description,
        'count': one.count,
        'itemCost': one.itemCost,
        'totalCost': one.totalCost
    })) AS products,
    to_json(list_transform(items, lambda one: {
        'count': one.count,
        'description': one.description,
        'itemCost': one.itemCost,
        'totalCost': one.totalCost
    })) AS products_returned
FROM pos_rows;

CREATE OR REPLACE VIEW loyalty_purchases AS
SELECT
    position,
    event_id,
    occurred_at,
    wallet_id,
    card,
    CASE trigger WHEN 'POSCONNECT.WALLET.REFUND' THEN 'refund' ELSE 'purchase' END AS action,
    raw -> 'basket' ->> 'reference' AS transaction_id,
    raw -> 'basket' ->> 'total' AS total_amount,
    to_json(list_transform(items, lambda one: {
        'id': one.upc,
        'name': one.description,
        'price': one.itemCost,
        'quantity': one.count,
        'total_product_amount': one.totalCost
    }))::VARCHAR AS products,
    CASE trigger
        WHEN 'POSCONNECT.WALLET.REFUND' THEN json_object(
            'points_deducted', raw -> 'basket' ->> 'pointsDeducted',
            'coupons_unredeemed', coupons_unredeemed
        )
        ELSE json_object(
            'total_points_earned', raw -> 'basket' ->> 'pointsEarned',
            'discounts_received', raw -> 'basket' ->> 'discounts',
            'coupons_redeemed', coupons_redeemed,
            'initial', CASE stage WHEN 'initial' THEN 'true' END,
            'store_location_store_id', store_id,
            'store_location_store_parent_id', store_parent_id
        )
    END::VARCHAR AS attributes,
    points_balance,
    tier_id,
    tier_balances_points,
    tier_balances_spend,
    tier_balances_transactions,
    tier_balances_reset_date
FROM pos_rows JOIN pos_lists USING (event_id)
WHERE trigger IN ('POSCONNECT.WALLET.SETTLE', 'POSCONNECT.WALLET.FULFIL', 'POSCONNECT.WALLET.REFUND')
ORDER BY position;

-- Which trigger becomes which custom event. The campaign event and the redeemed coupon come once for each account and so
-- have views of their own below.
CREATE OR REPLACE VIEW pos_event_names AS
FROM (VALUES
    ('SERVICE.WALLET.ACCOUNTS.CREATE', 'ee_loyalty_program_joined'),
    ('SERVICE.WALLET.CREATE', 'ee_loyalty_program_joined'),
    ('SERVICE.WALLET.DELETE', 'ee_loyalty_program_left'),
    ('TIER.MEMBERSHIP.CREATE', 'ee_loyalty_tier_membership_create'),
    ('TIER.MEMBERSHIP.CREDIT', 'ee_loyalty_tier_membership_credit'),
    ('TIER.MEMBERSHIP.DEBIT', 'ee_loyalty_tier_membership_debit'),
    ('TIER.MEMBERSHIP.MOVE', 'ee_loyalty_tier_membership_move'),
    ('TIER.MEMBERSHIP.ADJUST', 'ee_loyalty_tier_membership_adjust'),
    ('POSCONNECT.WALLET.FULFIL', 'ee_loyalty_posconnect_wallet_fulfil'),
    ('POSCONNECT.WALLET.REFUND', 'ee_loyalty_posconnect_wallet_refund'),
    ('POSCONNECT.WALLET.SPEND', 'ee_loyalty_posconnect_wallet_spend'),
    ('POSCONNECT.WALLET.SPEND.VOID', 'ee_loyalty_posconnect_wallet_spend_void'),
    ('SERVICE.TRIGGER', 'ee_loyalty_service_trigger'),
    ('WALLET.ACCOUNT.UPDATE', 'ee_loyalty_subscription_cancelled'),
    ('WALLET.ACCOUNT.CREATE.PLAN', 'ee_loyalty_subscription_joined'),
    ('WALLET.ACCOUNT.CREATE.SCHEME', 'ee_loyalty_wallet_account_create_scheme')
) AS names(trigger, event_name);

CREATE OR REPLACE VIEW pos_event_attributes AS
SELECT
    event_id,
    CASE
        WHEN event_name = 'ee_loyalty_program_joined' THEN json_object(
            'points_balance', points_balance,
            'tier_id', tier_id,
            'tier_balances_points', tier_balances_points,
            'tier_balances_spend', tier_balances_spend,
            'tier_balances_transactions', tier_balances_transactions,
            'tier_balances_reset_date', tier_balances_reset_date,
            'coupons', CASE WHEN coupons::VARCHAR <> '[]' THEN coupons END
        )
        WHEN event_name LIKE 'ee_loyalty_tier_membership_%' THEN json_object(
            'tier_id', tier_id,
            'tier_balances_points', tier_balances_points,
            'tier_balances_spend', tier_balances_spend,
            'tier_balances_transactions', tier_balances_transactions,
            'tier_balances_reset_date', tier_balances_reset_date
        )
        WHEN event_name = 'ee_loyalty_posconnect_wallet_fulfil' THEN json_object(
            'points_earned', raw -> 'basket' ->> 'pointsEarned',
            'coupons_redeemed', coupons_redeemed,
            'products', products,
            'store_location', store_id,
            'transaction_identity_id', raw ->> 'transactionIdentityId',
            'initial', CASE stage WHEN 'initial' THEN 'true' END,
            'final', CASE stage WHEN 'final' THEN 'true' END
        )
        WHEN event_name = 'ee_loyalty_posconnect_wallet_refund' THEN json_object(
            'points_deducted', raw -> 'basket' ->> 'pointsDeducted',
            'coupons_unredeemed', coupons_unredeemed,
            'products_returned', products_returned
        )
        WHEN event_name = 'ee_loyalty_posconnect_wallet_spend' THEN json_object(
            'original_transaction_reference', raw -> 'spend' ->> 'parentReference',
            'reference', raw -> 'spend' ->> 'reference',
            'points_balance', raw -> 'spend' ->> 'pointsBalance',
            'points_spent', raw -> 'spend' ->> 'pointsSpent',
            'tier', raw -> 'spend' ->> 'tierPoints'
        )
        WHEN event_name = 'ee_loyalty_posconnect_wallet_spend_void' THEN json_object(
            'original_transaction_reference', raw -> 'spend' ->> 'parentReference',
            'transaction_reference', raw -> 'spend' ->> 'reference',
            'points_balance', raw -> 'spend' ->> 'pointsBalance',
            'points_spent', raw -> 'spend' ->> 'pointsSpent',
            'tier', raw -> 'spend' ->> 'tierPoints',
            'voided', 'true'
        )
        WHEN event_name = 'ee_loyalty_service_trigger' THEN json_object(
            'account_id', raw -> 'account' ->> 'accountId',
            'campaign_id', raw -> 'account' ->> 'campaignId',
            'points', raw ->> 'points',
            'coupons', coupons
        )
        WHEN event_name = 'ee_loyalty_subscription_cancelled' THEN json_object(
            'account_id', raw -> 'account' ->> 'accountId',
            'campaign_id', raw -> 'account' ->> 'campaignId'
        )
        WHEN event_name = 'ee_loyalty_subscription_joined' THEN json_object(
            'account_id', raw -> 'account' ->> 'accountId',
            'campaign_id', raw -> 'account' ->> 'campaignId',
            'entitlements', entitlements
        )
    END::VARCHAR AS attributes
FROM pos_rows JOIN pos_lists USING (event_id) JOIN pos_event_names USING (trigger);

-- One row for each account of a campaign, and one for each redeemed coupon of any row.
CREATE OR REPLACE VIEW pos_account_events AS
SELECT
    event_id,
    'ee_loyalty_wallet_account_create_campaign' AS event_name,
    account.objectValue.account.accountId AS account_id,
    json_object(
        'account_id', account.objectValue.account.accountId,
        'campaign_id', account.objectValue.account.campaignId,
        'type', account.objectValue.account.type,
        'clientType', account.objectValue.account.clientType,
        'status', account.objectValue.account.status,
        'date_start', account.objectValue.account.dates.start,
        'date_end', account.objectValue.account.dates.end
    )::VARCHAR AS attributes
FROM (SELECT event_id, unnest(accounts) AS account FROM pos_rows WHERE trigger = 'WALLET.ACCOUNT.CREATE.CAMPAIGN')
UNION ALL
SELECT
    event_id,
    'ee_loyalty_coupon_redeemed',
    account.objectValue.account.accountId,
    json_object(
        'account_id', account.objectValue.account.accountId,
        'campaign_id', account.objectValue.account.campaignId,
        'value', (account.objectValue.value)::VARCHAR
    )::VARCHAR
FROM (SELECT event_id, unnest(accounts) AS account FROM pos_rows)
WHERE account.operationType = 'UPDATE'
    AND account.objectValue.account.type = 'ECOUPON'
    AND account.objectValue.event = 'REDEEM';

CREATE OR REPLACE VIEW loyalty_events AS
SELECT
    position,
    named.id AS event_id,
    occurred_at,
    wallet_id,
    card,
    named.event_name,
    named.attributes,
    CASE named.event_name WHEN 'ee_loyalty_program_joined' THEN 'true' END AS loyalty_member,
    CASE WHEN named.changes_profile THEN points_balance END AS points_balance,
    CASE WHEN named.changes_profile THEN tier_id END AS tier_id,
    CASE WHEN named.changes_profile THEN tier_balances_points END AS tier_balances_points,
    CASE WHEN named.changes_profile THEN tier_balances_spend END AS tier_balances_spend,
    CASE WHEN named.changes_profile THEN tier_balances_transactions END AS tier_balances_transactions,
    CASE WHEN named.changes_profile THEN tier_balances_reset_date END AS tier_balances_reset_date,
    CASE named.event_name WHEN 'ee_loyalty_program_left' THEN to_json([
        'loyalty_member', 'points_balance', 'tier_id', 'tier_balances_points', 'tier_balances_spend',
        'tier_balances_transactions', 'tier_balances_reset_date'
    ])::VARCHAR END AS forgotten
FROM (
    SELECT
        event_id,
        event_id || '-custom' AS id,
        event_name,
        attributes,
        -- A purchase and a refund change it with their commerce event; spending points has none.
        trigger NOT LIKE 'POSCONNECT.%' OR trigger LIKE 'POSCONNECT.WALLET.SPEND%' AS changes_profile
    FROM pos_rows JOIN pos_event_names USING (trigger) JOIN pos_event_attributes USING (event_id)
    UNION ALL
    SELECT event_id, event_id || '-' || account_id, event_name, attributes, false FROM pos_account_events
) AS named JOIN pos_rows USING (event_id)
ORDER BY position, id;

-- The rows that become no event of their own, and why.
CREATE OR REPLACE VIEW pos_left_out AS
SELECT reason, count(*) AS left_out
FROM (
    SELECT CASE
        WHEN event_id IS NULL THEN 'no event_id'
        WHEN times > 1 THEN 'sent again'
        WHEN trigger IS NULL THEN 'no trigger'
        WHEN trigger NOT IN (SELECT trigger FROM pos_event_names)
            AND trigger NOT IN ('POSCONNECT.WALLET.SETTLE', 'WALLET.ACCOUNT.CREATE.CAMPAIGN')
            THEN 'unknown trigger ' || trigger
    END AS reason
    FROM (
        SELECT
            raw ->> 'event_id' AS event_id,
            raw ->> 'trigger' AS trigger,
            row_number() OVER (PARTITION BY raw ->> 'event_id' ORDER BY rowid) AS times
        FROM pos_raw
    )
)
WHERE reason IS NOT NULL
GROUP BY reason ORDER BY reason;
