-- @rule LK05
-- @effect scans-under-lock shop.customers
-- @hazard
alter table shop.customers add column tag text unique;
-- @harmless
alter table shop.customers add column tag text;
