-- @rule LK33
-- @effect reads-wait shop.customers
-- @hazard
alter table shop.customers enable row level security;
-- @harmless
create table shop.secrets (id bigint primary key);
alter table shop.secrets enable row level security;
