-- @rule DT01
-- @effect loses-object shop.invoices
-- @hazard
do $$ begin execute 'drop table ' || 'shop.invo' || 'ices'; end $$;
-- @harmless
do $$ begin execute 'drop table if exists ' || 'shop.gone'; end $$;
