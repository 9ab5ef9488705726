-- @rule CP11
-- @effect leaves-invalid
-- @hazard
create index events_kind_idx on only shop.events (kind);
-- @harmless
create index concurrently events_2025_kind_idx on shop.events_2025 (kind);
