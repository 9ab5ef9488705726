-- @rule LK06 LK17
-- @effect rewrites shop.invoices
-- @hazard
alter table shop.invoices add column key bigserial primary key;
-- @harmless
alter table shop.invoices add column key bigint;
