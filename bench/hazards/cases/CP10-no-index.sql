-- @rule CP10
-- @effect catalog
-- @hazard
create table shop.lines (id bigint primary key, order_id bigint not null references shop.orders);
-- @harmless
create table shop.lines (id bigint primary key, order_id bigint not null references shop.orders);
create index lines_order_idx on shop.lines (order_id);
-- @catalog
select not exists (select from pg_index where indrelid = 'shop.lines'::regclass and indkey[0] = 2);
