-- @rule DT11
-- @effect fails-with-rival
-- @rival
update shop.customers set nick = repeat('x', 30) where id = 3;
-- @hazard
alter table shop.customers alter column nick type varchar(20);
-- @harmless
alter table shop.customers alter column name type varchar(120);
