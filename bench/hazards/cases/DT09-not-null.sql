-- @rule DT09
-- @effect fails-with-rival
-- @rival
update shop.orders set quantity = null where id = 3;
-- @hazard
alter table shop.orders alter column quantity set not null;
-- @harmless
alter table shop.orders add constraint orders_quantity_present check (quantity is not null) not valid;
