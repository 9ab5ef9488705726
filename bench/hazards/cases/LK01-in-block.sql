-- @rule LK01
-- @effect writes-wait shop.orders
-- @hazard
do $$ begin execute 'create index orders_code_idx on shop.orders (code)'; end $$;
-- @harmless
do $$ begin execute 'create table shop.codes (code text primary key)'; execute 'create index codes_lower_idx on shop.codes (lower(code))'; end $$;
