-- @rule CP05
-- @effect breaks-program
-- @hazard
drop view shop.paid;
create view shop.paid as select id, total as amount from shop.orders where state = 'paid';
-- @harmless
create view shop.sent as select id, total as amount from shop.orders where state = 'sent';
-- @program
select total from shop.paid limit 1;
