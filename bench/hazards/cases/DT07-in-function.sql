-- @rule DT07
-- @effect changes-all-rows shop.products
-- @before
create function shop.restock() returns void language sql as 'update shop.products set stock = stock + 1';
create function shop.restock(bigint) returns void language sql as 'update shop.products set stock = stock + 1 where id = $1';
-- @hazard
select shop.restock();
-- @harmless
select shop.restock(5);
