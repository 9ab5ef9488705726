-- @rule LK25
-- @effect rewrites shop.orders
-- @hazard
cluster shop.orders using orders_placed_idx;
-- @harmless
alter table shop.orders cluster on orders_placed_idx;
