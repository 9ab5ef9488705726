-- @rule DT12
-- @effect loses-object shop.invoice_number
-- @effect breaks-program
-- @hazard
drop sequence shop.invoice_number;
-- @harmless
create sequence shop.temporary_number;
drop sequence shop.temporary_number;
-- @program
select nextval('shop.invoice_number') > 0;
