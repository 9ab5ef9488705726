-- @rule LK10
-- @effect writes-wait shop.products
-- @effect scans-under-lock shop.customers
-- @hazard
alter table shop.customers add column favourite bigint default 1 references shop.products;
-- @harmless
alter table shop.customers add column favourite bigint default 1;
