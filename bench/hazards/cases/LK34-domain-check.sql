-- @rule LK34
-- @effect scans-under-lock shop.customers
-- @hazard
alter domain shop.postcode add constraint postcode_check check (value <> '');
-- @harmless
alter domain shop.postcode add constraint postcode_check check (value <> '') not valid;
