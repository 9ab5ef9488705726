-- @rule DT04
-- @effect drops-constraint orders_customer_fk
-- @hazard
alter table shop.customers drop constraint customers_pkey cascade;
-- @harmless
alter table shop.customers drop constraint customers_email_key;
