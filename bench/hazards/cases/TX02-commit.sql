-- @rule TX02 transaction-command
-- @effect ends-transaction
-- @hazard
alter table shop.orders add column remark text;
commit;
alter table shop.customers add column remark text;
-- @harmless
alter table shop.orders add column remark text;
-- @next
alter table shop.customers add column remark text;
