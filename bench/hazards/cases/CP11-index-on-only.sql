-- @rule CP11
-- @effect stays-invalid
-- @before
create index events_kind_idx on only shop.events (kind);
create index events_2025_kind_idx on shop.events_2025 (kind);
create index events_2026_kind_idx on shop.events_2026 (kind);
-- @hazard
alter table shop.events add column remark text;
alter index shop.events_kind_idx attach partition shop.events_2025_kind_idx;
-- @harmless
alter index shop.events_kind_idx attach partition shop.events_2025_kind_idx;
alter index shop.events_kind_idx attach partition shop.events_2026_kind_idx;
