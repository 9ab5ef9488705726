-- @rule LK38 DT08
-- @effect starts-under-lock shop.orders
-- @hazard
alter table shop.orders add column remark text;
update shop.products set stock = stock + 1;
-- @harmless
update shop.products set stock = stock + 1 where id = 1;
-- @next
alter table shop.orders add column remark text;
