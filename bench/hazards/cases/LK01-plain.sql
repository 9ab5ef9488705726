-- @rule LK01
-- @effect writes-wait shop.orders
-- @effect scans-under-lock shop.orders
-- @hazard
create index orders_total_idx on shop.orders (total);
-- @harmless
create index concurrently orders_total_idx on shop.orders (total);
