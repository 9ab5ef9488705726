-- @rule LK23
-- @effect rewrites shop.orders
-- @before
drop materialized view shop.totals;
-- @hazard
alter table shop.orders set unlogged;
-- @harmless
create unlogged table shop.cache (key text primary key, value text);
