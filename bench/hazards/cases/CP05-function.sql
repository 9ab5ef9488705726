-- @rule CP05
-- @effect breaks-program
-- @hazard
drop function shop.vat(numeric);
create function shop.vat(amount numeric, rate numeric) returns numeric language sql immutable as 'select amount * rate';
-- @harmless
create function shop.vat(amount numeric, rate numeric) returns numeric language sql immutable as 'select amount * rate';
-- @program
select shop.vat(10);
