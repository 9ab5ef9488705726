-- @rule LK24
-- @effect rewrites shop.invoices
-- @before
create access method heap_again type table handler heap_tableam_handler;
-- @hazard
alter table shop.invoices set access method heap_again;
-- @harmless
alter table shop.invoices set access method heap;
