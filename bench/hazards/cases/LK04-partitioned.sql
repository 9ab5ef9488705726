-- @rule LK04
-- @effect writes-wait shop.events shop.events_2025 shop.events_2026
-- @hazard
create index events_kind_idx on shop.events (kind);
-- @harmless
create index concurrently events_2025_kind_idx on shop.events_2025 (kind);
