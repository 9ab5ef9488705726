-- @rule LK12
-- @effect reads-wait shop.customers
-- @hazard
alter table shop.orders drop constraint orders_customer_fk;
-- @harmless
alter table shop.orders drop constraint orders_total_check;
