-- @rule LK26 LK16
-- @effect rewrites shop.invoices
-- @before
create domain shop.positive as integer check (value > 0);
-- @hazard
alter table shop.invoices add column points shop.positive;
-- @harmless
alter table shop.invoices add column points shop.postcode;
