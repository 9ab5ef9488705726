-- @rule DT11
-- @effect changes-program
-- @hazard
alter table shop.invoices alter column amount type numeric(12, 0);
-- @harmless
alter table shop.invoices alter column amount type numeric(14, 2);
-- @before
update shop.invoices set amount = 1.25 where id = 1;
-- @program
select sum(amount) from shop.invoices;
