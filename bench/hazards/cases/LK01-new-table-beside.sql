-- @rule LK01
-- @effect writes-wait shop.invoices
-- @hazard
create table shop.refunds (id bigint primary key, order_id bigint not null);
create index invoices_order_idx on shop.invoices (order_id);
-- @harmless
create table shop.refunds (id bigint primary key, order_id bigint not null);
create index refunds_order_idx on shop.refunds (order_id);
