-- @rule LK16
-- @effect rewrites shop.products
-- @hazard
alter table shop.products add column token uuid not null default gen_random_uuid();
-- @harmless
alter table shop.products add column token uuid;
alter table shop.products alter column token set default gen_random_uuid();
