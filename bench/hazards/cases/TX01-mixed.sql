-- @rule TX01
-- @effect splits-transaction
-- @hazard
alter table shop.orders add column remark text;
create index concurrently orders_remark_idx on shop.orders (remark);
-- @harmless
alter table shop.orders add column remark text;
-- @next
create index concurrently orders_remark_idx on shop.orders (remark);
