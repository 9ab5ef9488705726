-- @rule LK36
-- @effect waits-without-limit shop.orders
-- @hazard
set local lock_timeout = 0;
alter table shop.orders add column remark text;
-- @harmless
set local lock_timeout = '2s';
alter table shop.orders add column remark text;
