-- @rule CP04
-- @effect changes-program
-- @hazard
alter table shop.customers alter column score set default 100;
-- @harmless
alter table shop.customers alter column score set statistics 50;
-- @program
insert into shop.customers (email) values ('x@example.org') returning score;
