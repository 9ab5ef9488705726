-- @rule CP03 CP04
-- @effect breaks-program
-- @hazard
alter table shop.products alter column stock drop default;
-- @harmless
alter table shop.products alter column stock set statistics 50;
-- @program
insert into shop.products (sku, price) values ('s', 1);
