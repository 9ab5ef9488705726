-- @rule LK37
-- @effect scans-without-limit shop.orders
-- @hazard
set local statement_timeout = 0;
alter table shop.orders alter column quantity set not null;
-- @harmless
set local statement_timeout = '10min';
alter table shop.orders alter column quantity set not null;
