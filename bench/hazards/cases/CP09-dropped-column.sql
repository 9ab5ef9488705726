-- @rule CP09
-- @effect breaks-program
-- @before
create function shop.last_code() returns text language plpgsql as 'begin return (select max(code) from shop.orders); end';
-- @hazard
alter table shop.orders drop column code;
-- @harmless
alter table shop.orders add column voucher text;
-- @program
select shop.last_code();
