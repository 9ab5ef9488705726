-- @rule DT09
-- @effect fails-with-rival
-- @rival
update shop.orders set quantity = -1 where id = 3;
-- @hazard
alter table shop.orders add constraint orders_quantity_check check (quantity > 0);
-- @harmless
alter table shop.orders add constraint orders_quantity_check check (quantity > 0) not valid;
