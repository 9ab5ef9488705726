-- @rule LK03
-- @effect writes-wait shop.orders
-- @hazard
reindex table shop.orders;
-- @harmless
reindex table concurrently shop.orders;
