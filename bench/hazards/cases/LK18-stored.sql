-- @rule LK18
-- @effect rewrites shop.products
-- @hazard
alter table shop.products add column gross numeric generated always as (price * 1.2) stored;
-- @harmless
alter table shop.products add column gross numeric generated always as (price * 1.2) virtual;
