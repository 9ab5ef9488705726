-- @rule LK20
-- @effect rewrites shop.orders
-- @hazard
alter table shop.orders alter column quantity type bigint;
-- @harmless
alter table shop.orders add column quantity_big bigint;
