-- @rule DT01
-- @effect loses-object shop.events_2025
-- @hazard
drop table shop.events_2025;
-- @harmless
alter table shop.events detach partition shop.events_2025 concurrently;
