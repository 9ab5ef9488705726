-- @rule LK11
-- @effect writes-wait shop.products
-- @hazard
create table shop.reviews (id bigint generated always as identity primary key, product_id bigint not null references shop.products);
create index reviews_product_idx on shop.reviews (product_id);
-- @harmless
create table shop.reviews (id bigint generated always as identity primary key, product_id bigint not null);
create index reviews_product_idx on shop.reviews (product_id);
