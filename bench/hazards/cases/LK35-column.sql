-- @rule LK35
-- @effect reads-wait shop.orders
-- @hazard
alter table shop.orders add column if not exists code varchar(20);
-- @harmless
drop table if exists shop.gone;
