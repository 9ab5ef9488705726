-- @rule LK08
-- @effect scans-under-lock shop.invoices
-- @hazard
alter table shop.invoices add constraint invoices_no_twice exclude using btree (id with =);
-- @harmless
create table shop.bookings (id bigint primary key, room bigint not null, constraint bookings_no_twice exclude using btree (room with =));
