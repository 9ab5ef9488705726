-- @rule TX03
-- @effect leaves-open
-- @hazard
begin;
alter table shop.orders add column remark text;
-- @harmless
begin;
alter table shop.orders add column remark text;
commit;
