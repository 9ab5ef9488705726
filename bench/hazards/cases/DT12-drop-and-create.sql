-- @rule DT12
-- @effect changes-program
-- @hazard
drop sequence shop.invoice_number;
create sequence shop.invoice_number;
-- @harmless
alter sequence shop.invoice_number cache 5;
-- @program
select is_called from shop.invoice_number;
