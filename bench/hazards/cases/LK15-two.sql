-- @rule LK15
-- @effect scans-under-lock shop.customers
-- @hazard
alter table shop.customers alter column name set not null, alter column age set not null;
-- @harmless
alter table shop.customers add constraint customers_name_present not null name not valid;
-- @next
alter table shop.customers validate constraint customers_name_present;
