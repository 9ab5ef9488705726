-- @rule DT01
-- @effect loses-object shop.invoices
-- @effect breaks-program
-- @hazard
drop table shop.invoices;
-- @harmless
create table shop.scratch (id bigint primary key);
drop table shop.scratch;
-- @program
select count(*) from shop.invoices;
