-- @rule LK40
-- @effect scans-again shop.orders
-- @hazard
alter table shop.orders alter column quantity type bigint;
alter table shop.orders alter column code type integer using 1;
-- @harmless
alter table shop.orders alter column quantity type bigint, alter column code type integer using 1;
