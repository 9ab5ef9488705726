-- @rule LK34
-- @effect scans-under-lock shop.customers
-- @hazard
alter domain shop.postcode set not null;
-- @harmless
alter domain shop.postcode set default '0000';
