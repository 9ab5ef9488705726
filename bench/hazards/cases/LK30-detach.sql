-- @rule LK30
-- @effect reads-wait shop.events
-- @hazard
alter table shop.events detach partition shop.events_2025;
-- @harmless
alter table shop.events detach partition shop.events_2025 concurrently;
