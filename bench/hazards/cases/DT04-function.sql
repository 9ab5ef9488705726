-- @rule DT04
-- @effect loses-object shop.priced
-- @before
create view shop.priced as select id, shop.vat(price) as vat from shop.products;
-- @hazard
drop function shop.vat(numeric) cascade;
-- @harmless
create or replace function shop.vat(amount numeric) returns numeric language sql immutable as 'select 0.2 * amount';
