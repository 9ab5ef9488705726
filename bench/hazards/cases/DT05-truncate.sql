-- @rule DT05
-- @effect loses-rows shop.invoices
-- @hazard
truncate shop.invoices;
-- @harmless
create table shop.scratch (id bigint primary key);
truncate shop.scratch;
