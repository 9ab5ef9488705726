-- @rule LK37
-- @effect scans-without-limit shop.orders
-- @hazard
set local statement_timeout = 0;
alter table shop.orders validate constraint orders_quantity_check;
-- @harmless
set local statement_timeout = '10min';
alter table shop.orders validate constraint orders_quantity_check;
-- @before
alter table shop.orders add constraint orders_quantity_check check (quantity > 0) not valid;
