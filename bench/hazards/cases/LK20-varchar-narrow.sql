-- @rule LK20
-- @effect rewrites shop.customers
-- @hazard
alter table shop.customers alter column nick type varchar(40);
-- @harmless
alter table shop.customers alter column name type varchar(80);
