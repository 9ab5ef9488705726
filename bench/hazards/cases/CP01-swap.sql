-- @rule CP01
-- @effect changes-program
-- @hazard
create table shop.invoices_new (like shop.invoices);
alter table shop.invoices rename to invoices_old;
alter table shop.invoices_new rename to invoices;
-- @harmless
create table shop.invoices_made (like shop.invoices);
alter table shop.invoices_made rename to invoices_new;
-- @program
select count(*) from shop.invoices;
