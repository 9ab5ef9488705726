-- @rule LK33
-- @effect reads-wait shop.orders
-- @hazard
create policy orders_own on shop.orders using (true);
-- @harmless
create table shop.secrets (id bigint primary key);
create policy secrets_own on shop.secrets using (true);
