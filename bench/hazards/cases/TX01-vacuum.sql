-- @rule TX01
-- @effect splits-transaction
-- @hazard
update shop.products set stock = 1 where id = 1;
vacuum shop.products;
-- @harmless
update shop.products set stock = 1 where id = 1;
analyze shop.products;
