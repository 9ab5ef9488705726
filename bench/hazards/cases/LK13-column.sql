-- @rule LK13
-- @effect scans-under-lock shop.products
-- @hazard
alter table shop.products add column weight integer check (weight > 0);
-- @harmless
alter table shop.products add column weight integer;
-- @next
alter table shop.products add constraint products_weight_check check (weight > 0) not valid;
-- @next
alter table shop.products validate constraint products_weight_check;
