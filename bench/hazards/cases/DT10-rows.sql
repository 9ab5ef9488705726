-- @rule DT10 23502
-- @effect fails
-- @hazard
alter table shop.orders add column channel text not null;
-- @harmless
alter table shop.orders add column channel text not null default 'web';
