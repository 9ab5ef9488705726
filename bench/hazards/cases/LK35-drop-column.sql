-- @rule LK35
-- @effect reads-wait shop.orders
-- @hazard
alter table shop.orders drop column if exists gone;
-- @harmless
drop index if exists shop.gone;
