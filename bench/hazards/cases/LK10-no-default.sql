-- @rule LK10
-- @effect readers-and-writers-wait shop.customers shop.products
-- @hazard
alter table shop.customers add column favourite bigint references shop.products;
-- @harmless
alter table shop.customers add column favourite bigint;
-- @next
alter table shop.customers add constraint customers_favourite_fk foreign key (favourite) references shop.products not valid;
-- @next
alter table shop.customers validate constraint customers_favourite_fk;
