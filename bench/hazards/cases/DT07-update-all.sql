-- @rule DT07
-- @effect changes-all-rows shop.customers
-- @hazard
update shop.customers set nick = lower(name);
-- @harmless
update shop.customers set nick = lower(name) where id = 3;
