-- @rule LK12
-- @effect reads-wait shop.products
-- @before
create table shop.reviews (id bigint primary key, product_id bigint not null references shop.products);
-- @hazard
drop table shop.reviews;
-- @harmless
drop table shop.empty;
