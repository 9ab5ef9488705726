-- @rule DT11
-- @effect changes-program
-- @hazard
alter table shop.customers alter column email type varchar(5) using left(email, 5);
-- @harmless
alter table shop.customers alter column name type varchar(100);
-- @before
alter table shop.customers drop constraint customers_email_key;
-- @program
select max(length(email)) from shop.customers;
