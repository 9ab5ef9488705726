-- @rule CP01
-- @effect breaks-program
-- @hazard
alter schema shop rename to store;
-- @harmless
create schema store;
-- @program
select count(*) from shop.invoices;
