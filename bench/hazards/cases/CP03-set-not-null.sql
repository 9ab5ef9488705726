-- @rule CP03
-- @effect breaks-program
-- @hazard
alter table shop.orders alter column quantity set not null;
-- @harmless
alter table shop.orders alter column quantity set default 1;
-- @program
insert into shop.orders (customer_id, total) values (1, 1);
