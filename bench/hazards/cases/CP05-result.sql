-- @rule CP05
-- @effect changes-program
-- @hazard
drop function shop.vat(numeric);
create function shop.vat(amount numeric) returns text language sql immutable as 'select (amount * 0.2)::text';
-- @harmless
create function shop.vat_text(amount numeric) returns text language sql immutable as 'select (amount * 0.2)::text';
-- @program
select pg_typeof(shop.vat(10));
