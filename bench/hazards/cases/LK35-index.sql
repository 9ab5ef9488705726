-- @rule LK35
-- @effect writes-wait shop.orders
-- @hazard
create index if not exists orders_placed_idx on shop.orders (placed);
-- @harmless
create table if not exists shop.orders (id bigint);
