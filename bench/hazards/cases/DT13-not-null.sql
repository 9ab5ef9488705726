-- @rule DT13
-- @effect admits-program
-- @hazard
alter table shop.products alter column sku drop not null;
-- @harmless
alter table shop.products alter column stock drop default;
-- @program
insert into shop.products (sku, price, stock) values (null, 1, 1);
