-- @rule LK39
-- @effect reads-wait-together shop.products shop.invoices
-- @hazard
do $$ begin alter table shop.products add column x text; alter table shop.invoices add column x text; end $$;
-- @harmless
do $$ begin alter table shop.products add column x text; end $$;
