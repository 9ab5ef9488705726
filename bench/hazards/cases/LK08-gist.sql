-- @rule LK08
-- @effect scans-under-lock shop.stays
-- @before
create table shop.stays (id bigint primary key, during daterange);
insert into shop.stays values (1, '[2026-01-01,2026-01-02)');
-- @hazard
alter table shop.stays add constraint stays_no_overlap exclude using gist (during with &&);
-- @harmless
create table shop.stays_new (like shop.stays including indexes);
alter table shop.stays_new add constraint stays_no_overlap exclude using gist (during with &&);
