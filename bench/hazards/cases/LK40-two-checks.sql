-- @rule LK40
-- @effect scans-again shop.orders
-- @hazard
alter table shop.orders alter column quantity set not null;
alter table shop.orders alter column code set not null;
-- @harmless
alter table shop.orders alter column quantity set not null, alter column code set not null;
