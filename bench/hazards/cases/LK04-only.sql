-- @rule LK04
-- @effect writes-wait shop.events_2025 shop.events_2026
-- @hazard
create index events_at_idx on shop.events (at desc, kind);
-- @harmless
create index events_at_idx on only shop.events (at desc, kind);
