-- @rule LK01
-- @effect writes-wait shop.customers
-- @hazard
create index if not exists customers_nick_idx on shop.customers (lower(nick));
-- @harmless
create index concurrently if not exists customers_nick_idx on shop.customers (lower(nick));
