-- @rule TX05
-- @effect refuses-transaction
-- @hazard
do $$ begin update shop.products set stock = 1 where id = 1; commit; update shop.products set stock = 1 where id = 2; end $$;
-- @harmless
do $$ begin update shop.products set stock = 1 where id = 1; update shop.products set stock = 1 where id = 2; end $$;
