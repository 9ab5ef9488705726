-- @rule LK34
-- @effect scans-under-lock shop.customers
-- @before
alter domain shop.postcode add constraint postcode_check check (value <> '') not valid;
-- @hazard
alter domain shop.postcode validate constraint postcode_check;
-- @harmless
alter table shop.customers add constraint customers_zip_check check (zip <> '') not valid;
-- @next
alter table shop.customers validate constraint customers_zip_check;
