-- @rule CP01
-- @effect breaks-program
-- @hazard
create schema archive;
alter table shop.invoices set schema archive;
-- @harmless
create schema archive;
create table archive.invoices (like shop.invoices);
-- @program
select count(*) from shop.invoices;
