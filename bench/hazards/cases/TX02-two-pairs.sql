-- @rule TX02
-- @effect ends-transaction
-- @hazard
begin;
alter table shop.orders add column remark text;
commit;
begin;
alter table shop.customers add column remark text;
commit;
-- @harmless
alter table shop.orders add column remark text;
-- @next
alter table shop.customers add column remark text;
