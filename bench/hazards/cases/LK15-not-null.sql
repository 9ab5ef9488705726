-- @rule LK15
-- @effect scans-under-lock shop.orders
-- @hazard
alter table shop.orders alter column quantity set not null;
-- @harmless
alter table shop.orders add constraint orders_quantity_present check (quantity is not null) not valid;
-- @next
alter table shop.orders validate constraint orders_quantity_present;
-- @next
alter table shop.orders alter column quantity set not null;
