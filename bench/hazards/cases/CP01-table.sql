-- @rule CP01
-- @effect breaks-program
-- @hazard
alter table shop.invoices rename to bills;
-- @harmless
create view shop.bills as select * from shop.invoices;
-- @program
select count(*) from shop.invoices;
