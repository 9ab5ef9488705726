-- Where a claim comes from: snapshots are named by their content, and every event rests on some.
create function core.snapshot_id(p_url text, p_fetched_at timestamptz) returns text
    language sql
    immutable
    return encode(
        sha256(convert_to(
            p_url || chr(10) || to_char(p_fetched_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'UTF8'
        )),
        'hex'
    );

create function core.is_set(p_ids text[]) returns boolean
    language sql
    immutable
    return cardinality(p_ids) > 0
        and array_ndims(p_ids) = 1
        and array_position(p_ids, null) is null
        and cardinality(p_ids) = (select count(distinct i) from unnest(p_ids) as i);

create table core.snapshots (
    id text not null,
    url text not null,
    fetched_at timestamptz not null,
    content_type text not null,
    byte_size bigint not null,
    metadata jsonb not null default '{}',
    created_at timestamptz not null default now(),
    constraint snapshots_pkey primary key (id),
    constraint snapshots_url_of_the_web check (url ~ '^https?://[^[:space:]]+$'),
    constraint snapshots_fetched_at_finite check (isfinite(fetched_at)),
    constraint snapshots_id_is_content check (id = core.snapshot_id(url, fetched_at)),
    constraint snapshots_content_type_has_form check (content_type ~ '^[a-z0-9.+-]+/[a-z0-9.+-]+'),
    constraint snapshots_byte_size_not_negative check (byte_size >= 0),
    constraint snapshots_metadata_is_object check (jsonb_typeof(metadata) = 'object')
);

create table core.events (
    id uuid not null default gen_random_uuid(),
    market_id uuid not null,
    title text not null,
    occurred_at timestamptz not null,
    confidence numeric(4, 3) not null,
    snapshot_ids text[] not null,
    metadata jsonb not null default '{}',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint events_pkey primary key (id),
    constraint events_market_id_fkey foreign key (market_id) references core.markets (id),
    constraint events_title_not_blank check (btrim(title) <> ''),
    constraint events_confidence_between_0_and_1 check (confidence between 0 and 1),
    constraint events_snapshot_ids_are_a_set check (core.is_set(snapshot_ids)),
    constraint events_metadata_is_object check (jsonb_typeof(metadata) = 'object')
);

create index events_market_idx on core.events (market_id, occurred_at desc);

-- An array cannot refer to rows. This table can, and it follows the array: the foreign key then holds for both sides
-- of a race, a new event and the deletion of its snapshot.
create table core.event_snapshots (
    event_id uuid not null,
    snapshot_id text not null,
    constraint event_snapshots_pkey primary key (event_id, snapshot_id),
    constraint event_snapshots_event_id_fkey foreign key (event_id) references core.events (id) on delete cascade,
    constraint event_snapshots_snapshot_id_fkey foreign key (snapshot_id) references core.snapshots (id)
);

create index event_snapshots_snapshot_idx on core.event_snapshots (snapshot_id);

create function core.link_snapshots() returns trigger
language plpgsql
set search_path = ''
as $$
begin
    delete from core.event_snapshots
    where event_id = new.id and not (snapshot_id = any (new.snapshot_ids));
    insert into core.event_snapshots (event_id, snapshot_id)
    select new.id, i from unnest(new.snapshot_ids) as i
    on conflict do nothing;
    return null;
end
$$;

create trigger events_link_snapshots
    after insert or update of snapshot_ids on core.events
    for each row execute function core.link_snapshots();

create trigger events_touch
    before update on core.events
    for each row execute function core.touch_updated_at();

create function core.follow_events() returns trigger
language plpgsql
set search_path = ''
as $$
begin
    if tg_op = 'INSERT' then
        -- lock, then look: an update of the list that is under way is waited for
        perform from core.events where id = new.event_id for share;
    end if;
    if tg_op in ('UPDATE', 'TRUNCATE')
        or tg_op = 'INSERT' and not exists (
            select from core.events where id = new.event_id and new.snapshot_id = any (snapshot_ids)
        )
        or tg_op = 'DELETE' and exists (
            select from core.events where id = old.event_id and old.snapshot_id = any (snapshot_ids)
        )
    then
        raise exception 'event_snapshots follows events.snapshot_ids'
            using errcode = 'restrict_violation', schema = tg_table_schema, table = tg_table_name,
                constraint = 'event_snapshots_follows_events',
                hint = 'Change the array of the event instead.';
    end if;
    return coalesce(new, old);
end
$$;

create trigger event_snapshots_follows_events
    before insert or update or delete on core.event_snapshots
    for each row execute function core.follow_events();

create trigger event_snapshots_not_truncated
    before truncate on core.event_snapshots
    for each statement execute function core.follow_events();

comment on function core.snapshot_id(text, timestamptz) is
    'SHA-256 of the address, a line feed and the time in UTC with microseconds. Immutable, because the format is fixed: neither the time zone nor the language of a session changes it.';
comment on function core.is_set(text[]) is
    'Whether an array is a list of at least one value, none of them null or there twice.';
comment on function core.link_snapshots() is 'Trigger: keeps event_snapshots as events.snapshot_ids is.';
comment on function core.follow_events() is 'Trigger: refuses to change event_snapshots by itself.';
comment on table core.snapshots is 'Pages as they were fetched: what is known of them, not their content.';
comment on column core.snapshots.id is 'core.snapshot_id(url, fetched_at).';
comment on column core.snapshots.url is 'Address.';
comment on column core.snapshots.fetched_at is 'When it was fetched.';
comment on column core.snapshots.content_type is 'Media type.';
comment on column core.snapshots.byte_size is 'Length of the content.';
comment on column core.snapshots.metadata is 'What else is known: a JSON object.';
comment on column core.snapshots.created_at is 'When the row was written.';
comment on constraint snapshots_pkey on core.snapshots is 'One row per address and time.';
comment on constraint snapshots_url_of_the_web on core.snapshots is 'The address is one of the web.';
comment on constraint snapshots_fetched_at_finite on core.snapshots is 'The time is an instant.';
comment on constraint snapshots_id_is_content on core.snapshots is 'The name is made from what it names.';
comment on constraint snapshots_content_type_has_form on core.snapshots is 'The media type has the form of one.';
comment on constraint snapshots_byte_size_not_negative on core.snapshots is 'A length is not negative.';
comment on constraint snapshots_metadata_is_object on core.snapshots is 'The metadata are a JSON object.';
comment on table core.events is 'Something that happened and bears on a market.';
comment on column core.events.id is 'Key of the event.';
comment on column core.events.market_id is 'Market that it bears on.';
comment on column core.events.title is 'What happened.';
comment on column core.events.occurred_at is 'When it happened.';
comment on column core.events.confidence is 'From 0 to 1.';
comment on column core.events.snapshot_ids is 'Snapshots that show it, at least one.';
comment on column core.events.metadata is 'What else is known: a JSON object.';
comment on column core.events.created_at is 'When the row was written.';
comment on column core.events.updated_at is 'When the row was last changed.';
comment on constraint events_pkey on core.events is 'One row per event.';
comment on constraint events_market_id_fkey on core.events is 'The market exists.';
comment on constraint events_title_not_blank on core.events is 'An event says what happened.';
comment on constraint events_confidence_between_0_and_1 on core.events is 'A confidence is a probability.';
comment on constraint events_snapshot_ids_are_a_set on core.events is
    'At least one snapshot, none of them null or there twice.';
comment on constraint events_metadata_is_object on core.events is 'The metadata are a JSON object.';
comment on index core.events_market_idx is 'Events of a market, the newest first; serves the reference to markets.';
comment on trigger events_link_snapshots on core.events is 'Keeps event_snapshots.';
comment on trigger events_touch on core.events is 'Keeps updated_at.';
comment on table core.event_snapshots is 'events.snapshot_ids as rows, so that foreign keys hold them.';
comment on column core.event_snapshots.event_id is 'The event.';
comment on column core.event_snapshots.snapshot_id is 'A snapshot that shows it.';
comment on constraint event_snapshots_pkey on core.event_snapshots is 'Each snapshot of an event once.';
comment on constraint event_snapshots_event_id_fkey on core.event_snapshots is 'The event exists; goes with it.';
comment on constraint event_snapshots_snapshot_id_fkey on core.event_snapshots is
    'The snapshot exists; one in use is not deleted.';
comment on index core.event_snapshots_snapshot_idx is 'Events of a snapshot; serves the reference to snapshots.';
comment on trigger event_snapshots_follows_events on core.event_snapshots is 'It changes with the event only.';
comment on trigger event_snapshots_not_truncated on core.event_snapshots is 'It is not emptied by itself.';

-- ROLLBACK
-- drop table core.event_snapshots;
-- drop table core.events;
-- drop table core.snapshots;
-- drop function core.follow_events();
-- drop function core.link_snapshots();
-- drop function core.is_set(text[]);
-- drop function core.snapshot_id(text, timestamptz);
