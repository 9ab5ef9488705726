-- @rule LK02
-- @effect reads-wait shop.orders
-- @hazard
drop index if exists shop.orders_customer_idx;
-- @harmless
drop index concurrently if exists shop.orders_customer_idx;
