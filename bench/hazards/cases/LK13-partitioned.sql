-- @rule LK13
-- @effect scans-under-lock shop.events_2026
-- @hazard
alter table shop.events add constraint events_kind_check check (kind <> '');
-- @harmless
alter table shop.events add constraint events_kind_check check (kind <> '') not valid;
