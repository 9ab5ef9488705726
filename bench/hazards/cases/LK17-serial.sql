-- @rule LK17
-- @effect rewrites shop.invoices
-- @hazard
alter table shop.invoices add column number bigserial;
-- @harmless
alter table shop.invoices add column number bigint;
create sequence shop.invoices_number_seq as bigint owned by shop.invoices.number;
alter table shop.invoices alter column number set default nextval('shop.invoices_number_seq');
