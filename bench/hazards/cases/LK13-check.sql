-- @rule LK13
-- @effect scans-under-lock shop.orders
-- @hazard
alter table shop.orders add constraint orders_quantity_check check (quantity > 0);
-- @harmless
alter table shop.orders add constraint orders_quantity_check check (quantity > 0) not valid;
-- @next
alter table shop.orders validate constraint orders_quantity_check;
