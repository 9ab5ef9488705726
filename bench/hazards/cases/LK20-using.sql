-- @rule LK20 LK26
-- @effect rewrites shop.orders
-- @hazard
alter table shop.orders alter column data type text using data || '';
-- @harmless
alter table shop.orders alter column code type text;
