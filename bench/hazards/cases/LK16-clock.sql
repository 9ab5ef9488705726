-- @rule LK16
-- @effect rewrites shop.orders
-- @hazard
alter table shop.orders add column seen timestamptz default clock_timestamp();
-- @harmless
alter table shop.orders add column seen timestamptz default now();
