-- @rule TX07
-- @effect fails
-- @hazard
alter table shop.orders add column remark text;
prepare transaction 'later';
-- @harmless
alter table shop.orders add column remark text;
