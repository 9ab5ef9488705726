-- @rule CP10
-- @effect catalog
-- @hazard
create table shop.lines (order_id bigint not null references shop.orders, product_id bigint not null, primary key (product_id, order_id));
-- @harmless
create table shop.lines (order_id bigint not null references shop.orders, product_id bigint not null, primary key (order_id, product_id));
-- @catalog
select indkey[0] <> 1 from pg_index where indrelid = 'shop.lines'::regclass;
