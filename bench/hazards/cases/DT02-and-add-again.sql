-- @rule DT02
-- @effect loses-values shop.customers.note
-- @hazard
alter table shop.customers drop column note, add column note text;
-- @harmless
alter table shop.customers alter column note set storage extended;
