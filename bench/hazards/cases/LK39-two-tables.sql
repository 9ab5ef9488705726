-- @rule LK39
-- @effect reads-wait-together shop.orders shop.customers
-- @hazard
alter table shop.orders add column remark text;
alter table shop.customers add column remark text;
-- @harmless
alter table shop.orders add column remark text;
-- @next
alter table shop.customers add column remark text;
