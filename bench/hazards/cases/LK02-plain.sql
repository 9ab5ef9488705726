-- @rule LK02
-- @effect reads-wait shop.orders
-- @hazard
drop index shop.orders_placed_idx;
-- @harmless
drop index concurrently shop.orders_placed_idx;
