-- @rule DT09
-- @effect fails-with-rival
-- @before
alter table shop.orders add constraint orders_code_present check (code is not null);
-- @rival
update shop.orders set quantity = null where id = 3;
-- @hazard
alter table shop.orders alter column quantity set not null;
-- @harmless
alter table shop.orders alter column code set not null;
