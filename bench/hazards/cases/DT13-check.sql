-- @rule DT13
-- @effect admits-program
-- @hazard
alter table shop.orders drop constraint orders_total_check;
-- @harmless
alter table shop.orders add constraint orders_total_big check (total >= -5) not valid;
-- @program
insert into shop.orders (customer_id, total) values (1, -1);
