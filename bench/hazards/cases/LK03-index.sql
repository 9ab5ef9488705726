-- @rule LK03
-- @effect writes-wait shop.orders
-- @hazard
reindex index shop.orders_placed_idx;
-- @harmless
reindex index concurrently shop.orders_placed_idx;
