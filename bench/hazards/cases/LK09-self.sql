-- @rule LK09
-- @effect scans-under-lock shop.customers
-- @before
alter table shop.customers add column parent bigint;
-- @hazard
alter table shop.customers add foreign key (parent) references shop.customers (id);
-- @harmless
alter table shop.customers add constraint customers_parent_fk foreign key (parent) references shop.customers (id) not valid;
-- @next
alter table shop.customers validate constraint customers_parent_fk;
