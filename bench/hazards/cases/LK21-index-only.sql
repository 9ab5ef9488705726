-- @rule LK21
-- @effect rewrites shop.slugs_slug_idx
-- @before
create table shop.slugs (id bigint primary key, slug text, other text);
insert into shop.slugs values (1, 'a', 'b');
create index slugs_slug_idx on shop.slugs (slug);
-- @hazard
alter table shop.slugs alter column slug type text collate "C";
-- @harmless
alter table shop.slugs alter column other type text collate "C";
