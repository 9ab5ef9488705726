-- @rule CP12
-- @effect catalog
-- @hazard
create domain shop.percent as integer check (value between 0 and 100);
-- @harmless
create domain shop.percent as integer;
-- @catalog
select exists (select from pg_constraint where contypid = 'shop.percent'::regtype);
