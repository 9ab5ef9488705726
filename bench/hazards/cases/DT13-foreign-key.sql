-- @rule DT13
-- @effect admits-program
-- @hazard
alter table shop.orders drop constraint orders_customer_fk;
-- @harmless
alter table shop.orders rename constraint orders_customer_fk to orders_customer_fkey;
-- @program
insert into shop.orders (customer_id, total) values (99999, 1);
