-- Where a claim comes from: snapshots are named by address and time and hold the digest of what was fetched, and every
-- event rests on some.
-- lockkeeper:allow-file LK11 part of the first release: no market is open yet
create domain core.content_digest as text constraint content_digest_has_form check (
    value ~ '^(sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})$'
);

create function core.snapshot_id(p_url text, p_fetched_at timestamptz) returns text
    language sql
    immutable
    set search_path = pg_catalog, pg_temp
    return encode(
        sha256(convert_to(
            p_url || chr(10) || to_char(p_fetched_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'UTF8'
        )),
        'hex'
    );

create function core.is_set(p_ids text[]) returns boolean
    language sql
    immutable
    set search_path = pg_catalog, pg_temp
    return cardinality(p_ids) > 0
        and array_ndims(p_ids) = 1
        and array_position(p_ids, null) is null
        and cardinality(p_ids) = (select count(distinct i) from unnest(p_ids) as i);

create table core.snapshots (
    id core.sha256_hex not null,
    url text,
    fetched_at core.instant not null,
    content_type text not null,
    byte_size bigint not null,
    content_digest core.content_digest not null,
    object_store_path text,
    metadata jsonb not null default '{}',
    forgotten_at core.instant,
    created_at core.instant not null default now(),
    constraint snapshots_pkey primary key (id),
    constraint snapshots_url_of_the_web check (url ~ '^https?://[^\s/?#@\\]+([/?#]\S*)?$' collate "C"),
    constraint snapshots_words_until_forgotten check (
        (url is null) = (forgotten_at is not null) and (object_store_path is null) = (forgotten_at is not null)
        and (forgotten_at is null or metadata = '{}')
    ),
    constraint snapshots_fetched_at_since_the_web check (fetched_at >= timestamptz '1990-01-01 00:00:00+00'),
    constraint snapshots_id_is_content check (id = core.snapshot_id(url, fetched_at)),
    constraint snapshots_content_type_has_form check (content_type ~ '^[a-z0-9.+-]+/[a-z0-9.+-]+'),
    constraint snapshots_byte_size_not_negative check (byte_size >= 0),
    -- the digest of nothing is well-known, and stands where something was not hashed
    constraint snapshots_content_digest_of_something check (
        byte_size = 0 or content_digest not in (
            'sha256:' || encode(sha256(''), 'hex'),
            'sha384:' || encode(sha384(''), 'hex'),
            'sha512:' || encode(sha512(''), 'hex')
        )
    ),
    constraint snapshots_object_store_path_has_form check (
        object_store_path ~ '^[A-Za-z0-9_-][A-Za-z0-9._=-]*(/[A-Za-z0-9_-][A-Za-z0-9._=-]*)*$'
        and length(object_store_path) <= 1000
    ),
    constraint snapshots_object_store_path_names_content check (
        strpos(object_store_path, split_part(content_digest, ':', 2)) > 0
    ),
    constraint snapshots_metadata_is_object check (jsonb_typeof(metadata) = 'object')
);

create index snapshots_object_store_path_idx on core.snapshots (object_store_path);
create index snapshots_created_at_idx on core.snapshots (created_at);

create function core.refuse_change() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_op = 'INSERT' then
        if new.forgotten_at is not null then
            raise exception 'a snapshot begins with its address'
                using errcode = 'check_violation', schema = tg_table_schema, table = tg_table_name,
                    column = 'forgotten_at', constraint = 'snapshots_begin_with_their_address',
                    hint = 'core.forget_snapshot forgets it.';
        end if;
        return new;
    end if;
    -- where it was fetched may be forgotten; that it was, when, and the digest are evidence
    if tg_op = 'UPDATE' and old.forgotten_at is null and new.forgotten_at is not null
        and to_jsonb(new) - '{url,object_store_path,metadata,forgotten_at}'::text[]
            = to_jsonb(old) - '{url,object_store_path,metadata,forgotten_at}'::text[]
    then
        return new;
    end if;
    raise exception '% is evidence: no %', tg_table_name, tg_op
        using errcode = 'restrict_violation', schema = tg_table_schema, table = tg_table_name,
            constraint = tg_table_name || '_immutable', hint = 'Fetch it again: another time is another snapshot.';
end
$$;

create trigger snapshots_immutable
    before insert or update on core.snapshots
    for each row execute function core.refuse_change();

create trigger snapshots_not_truncated
    before truncate on core.snapshots
    for each statement execute function core.refuse_change();

-- The clocks of those who write may be wrong by some minutes.
create function core.not_of_the_future() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    -- not now(): in a transaction that began a while ago, what has just been fetched would be of the future
    if (to_jsonb(new) ->> tg_argv[0])::timestamptz > clock_timestamp() + interval '5 minutes' then
        raise exception '% is in the future: %', tg_argv[0], to_jsonb(new) ->> tg_argv[0]
            using errcode = 'check_violation', schema = tg_table_schema, table = tg_table_name,
                column = tg_argv[0], constraint = tg_name;
    end if;
    return new;
end
$$;

create trigger snapshots_not_of_the_future
    before insert on core.snapshots
    for each row execute function core.not_of_the_future('fetched_at');

create table core.events (
    id uuid not null default gen_random_uuid(),
    market_id uuid not null,
    idempotency_key core.subject_key,
    title core.words,
    occurred_at core.instant not null,
    confidence numeric not null,
    snapshot_ids text[] not null,
    metadata jsonb not null default '{}',
    withdrawn_at core.instant,
    created_at core.instant not null default now(),
    updated_at core.instant not null default now(),
    constraint events_pkey primary key (id),
    constraint events_idempotency_key unique (market_id, idempotency_key),
    constraint events_words_until_withdrawn check (
        (title is null) = (withdrawn_at is not null) and (withdrawn_at is null or metadata = '{}')
    ),
    constraint events_market_id_fkey foreign key (market_id) references core.markets (id),
    constraint events_confidence_between_0_and_1 check (confidence between 0 and 1),
    constraint events_confidence_has_6_digits_at_most check (scale(confidence) <= 6),
    constraint events_snapshot_ids_are_a_set check (core.is_set(snapshot_ids)),
    constraint events_metadata_is_object check (jsonb_typeof(metadata) = 'object')
);

create index events_market_idx on core.events (market_id, occurred_at desc);

-- An array cannot refer to rows. This table can, and it follows the array: the foreign key then holds for both sides
-- of a race, a new event and the deletion of its snapshot.
create table core.event_snapshots (
    event_id uuid not null,
    snapshot_id core.sha256_hex not null,
    constraint event_snapshots_pkey primary key (event_id, snapshot_id),
    constraint event_snapshots_event_id_fkey foreign key (event_id) references core.events (id) on delete cascade,
    constraint event_snapshots_snapshot_id_fkey foreign key (snapshot_id) references core.snapshots (id)
);

create index event_snapshots_snapshot_idx on core.event_snapshots (snapshot_id);

create function core.link_snapshots() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
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

create trigger events_not_of_the_future
    before insert or update of occurred_at on core.events
    for each row execute function core.not_of_the_future('occurred_at');

create function core.keep_withdrawn() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_op = 'INSERT' then
        if new.withdrawn_at is not null then
            raise exception 'an event begins with its words'
                using errcode = 'check_violation', schema = tg_table_schema, table = tg_table_name,
                    column = 'withdrawn_at', constraint = 'events_begin_with_their_words',
                    hint = 'core.withdraw_event withdraws it.';
        end if;
        return new;
    end if;
    if old.withdrawn_at is not null then
        raise exception 'event % was withdrawn', old.id
            using errcode = 'restrict_violation', schema = tg_table_schema, table = tg_table_name,
                constraint = 'events_withdrawn_is_final', hint = 'Add another one, with another key.';
    end if;
    return new;
end
$$;

create trigger events_withdrawn_is_final
    before insert or update on core.events
    for each row execute function core.keep_withdrawn();

create trigger events_touch
    before update on core.events
    for each row execute function core.touch_updated_at();

create function core.follow_events() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
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

create function core.add_snapshot(
    p_url text,
    p_fetched_at timestamptz,
    p_content_type text,
    p_byte_size bigint,
    p_content_digest text,
    p_object_store_path text,
    p_metadata jsonb default '{}'
) returns text
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_id text := core.snapshot_id(p_url, p_fetched_at);
begin
    insert into core.snapshots
        (id, url, fetched_at, content_type, byte_size, content_digest, object_store_path, metadata)
    values (v_id, p_url, p_fetched_at, p_content_type, p_byte_size, p_content_digest, p_object_store_path, p_metadata)
    on conflict (id) do nothing;
    if not found then
        if not exists (
            select
            from core.snapshots
            where id = v_id and content_type = p_content_type and byte_size = p_byte_size
                and content_digest = p_content_digest
                -- what was forgotten stays so, also when the work is done again
                and (object_store_path = p_object_store_path and metadata = p_metadata or forgotten_at is not null)
        ) then
            raise exception 'snapshot % holds other content', v_id
                using errcode = 'unique_violation', schema = 'core', table = 'snapshots', constraint = 'snapshots_pkey',
                    hint = 'Evidence is not exchanged. Fetch it again: another time is another snapshot.';
        end if;
    end if;
    return v_id;
end
$$;

create function core.add_event(
    p_market_id uuid,
    p_title text,
    p_occurred_at timestamptz,
    p_confidence numeric,
    p_snapshot_ids text[],
    p_metadata jsonb default '{}',
    p_idempotency_key text default null
) returns uuid
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_id uuid;
    v_same boolean;
begin
    insert into core.events (market_id, idempotency_key, title, occurred_at, confidence, snapshot_ids, metadata)
    values (p_market_id, p_idempotency_key, p_title, p_occurred_at, p_confidence, p_snapshot_ids, p_metadata)
    on conflict on constraint events_idempotency_key do nothing
    returning id into v_id;
    if v_id is not null then
        return v_id;
    end if;
    -- what was withdrawn stays so, also when the work is done again
    select e.id, e.withdrawn_at is not null
        or (e.title, e.occurred_at, e.confidence, e.metadata) = (p_title, p_occurred_at, p_confidence, p_metadata)
        and e.snapshot_ids @> p_snapshot_ids and e.snapshot_ids <@ p_snapshot_ids
    into v_id, v_same
    from core.events as e
    where e.market_id = p_market_id and e.idempotency_key = p_idempotency_key;
    if not found then
        raise exception 'event % went away meanwhile', p_idempotency_key
            using errcode = 'serialization_failure', hint = 'Add it again in a new transaction.';
    end if;
    if v_same is not true then
        raise exception 'the key % names another event of the market', p_idempotency_key
            using errcode = 'unique_violation', schema = 'core', table = 'events',
                constraint = 'events_idempotency_key', hint = 'Another event needs another key.';
    end if;
    return v_id;
end
$$;

revoke execute on all functions in schema core from public;

comment on domain core.content_digest is 'Digest of content with its scheme: sha256, sha384 or sha512, a colon, and all of its digits in lower case.';
comment on constraint content_digest_has_form on domain core.content_digest is
    'A strong scheme, and as many digits as it has.';
comment on function core.snapshot_id(text, timestamptz) is
    'SHA-256 of the address, a line feed and the time in UTC with microseconds. Immutable, because the format is fixed: neither the time zone nor the language of a session changes it.';
comment on function core.is_set(text[]) is
    'Whether an array is a list of at least one value, none of them null or there twice.';
comment on function core.link_snapshots() is 'Trigger: keeps event_snapshots as events.snapshot_ids is.';
comment on function core.follow_events() is 'Trigger: refuses to change event_snapshots by itself.';
comment on function core.refuse_change() is
    'Trigger: a snapshot begins with its address, and nothing of it changes but that address, path and metadata are forgotten.';
comment on function core.not_of_the_future() is
    'Trigger: refuses a row whose column, named as the argument, is more than 5 minutes ahead of the server.';
comment on function core.add_snapshot(text, timestamptz, text, bigint, text, text, jsonb) is
    'Keeps a snapshot and returns its id; a second time it is found, and refused if anything that is said of it is another.';
comment on function core.add_event(uuid, text, timestamptz, numeric, text[], jsonb, text) is
    'Keeps an event with the snapshots that show it; returns its id. With a key, such as the id of the job, it is kept once: a second time it is found, and refused if anything that is said of it is another. Without one, a second call is a second event.';
comment on function core.keep_withdrawn() is 'Trigger: an event begins with its words, and does not come back when it was withdrawn.';
comment on table core.snapshots is
    'Pages as they were fetched: what is known of them. Their content is in the object store. Never changed.';
comment on column core.snapshots.id is 'core.snapshot_id(url, fetched_at).';
comment on column core.snapshots.url is
    'Where it was fetched, without user and password; may hold personal data, as addresses of the web do. Null when forgotten.';
comment on column core.snapshots.fetched_at is 'When it was fetched, by the clock of whoever fetched it.';
comment on column core.snapshots.content_type is 'Media type, as the site said it.';
comment on column core.snapshots.byte_size is 'Bytes of the content as it is stored; 0 for an empty answer.';
comment on column core.snapshots.content_digest is 'Of the bytes as they are stored: compare it when you read them.';
comment on column core.snapshots.object_store_path is
    'Key within the bucket of the environment. It holds the digits of the digest, so other content has another path. Null when forgotten.';
comment on column core.snapshots.forgotten_at is
    'When url, path and metadata were removed; null before. The digest and the time of the fetch stay.';
comment on column core.snapshots.metadata is 'What else is known, such as headers of the answer.';
comment on column core.snapshots.created_at is 'When the row was written, by the clock of the server.';
comment on constraint snapshots_pkey on core.snapshots is
    'The same page fetched at the same instant is the same evidence.';
comment on constraint snapshots_url_of_the_web on core.snapshots is
    'http or https, without blanks, and without user and password in front of the host.';
comment on constraint snapshots_words_until_forgotten on core.snapshots is
    'Address and path are there until they are forgotten, and then go together with the metadata.';
comment on index core.snapshots_object_store_path_idx is
    'Whether another snapshot names the same object: only then may it stay in the bucket.';
comment on index core.snapshots_created_at_idx is 'Serves core.purge_snapshots.';
comment on constraint snapshots_fetched_at_since_the_web on core.snapshots is
    'Nothing was fetched before there was a web; and years have four digits, so an id is of one time.';
comment on constraint snapshots_id_is_content on core.snapshots is 'The name is made from what it names.';
comment on constraint snapshots_content_type_has_form on core.snapshots is 'The media type has the form of one.';
comment on constraint snapshots_byte_size_not_negative on core.snapshots is 'A length is not negative.';
comment on constraint snapshots_content_digest_of_something on core.snapshots is
    'Content that is there does not have the digest of nothing.';
comment on constraint snapshots_object_store_path_has_form on core.snapshots is
    'A relative path of plain names, up to 1000 characters: no dots in front, no empty part, no address.';
comment on constraint snapshots_object_store_path_names_content on core.snapshots is
    'What is stored under another digest is stored under another path.';
comment on constraint snapshots_metadata_is_object on core.snapshots is
    'So that programs may ask for a key of any snapshot.';
comment on trigger snapshots_immutable on core.snapshots is 'Evidence is not changed; where it came from may be forgotten.';
comment on trigger snapshots_not_truncated on core.snapshots is 'Evidence is not emptied at once.';
comment on trigger snapshots_not_of_the_future on core.snapshots is 'It was fetched already.';
comment on table core.events is 'Something that happened and bears on a market.';
comment on column core.events.id is 'Made by the database; idempotency_key is what writers choose.';
comment on column core.events.market_id is 'Market that it bears on.';
comment on column core.events.idempotency_key is
    'Names the event within its market, so that work that is done twice adds it once; null for an event that may be there twice.';
comment on column core.events.title is 'What happened; null when it was withdrawn.';
comment on column core.events.withdrawn_at is
    'When it was withdrawn, as wrong or at the wish of a person; null for an event that counts. Readers leave out the others.';
comment on column core.events.occurred_at is 'When it happened, not when it was heard of.';
comment on column core.events.confidence is 'How sure it is that it happened so: from 0 to 1, both included; kept as it was said.';
comment on column core.events.snapshot_ids is 'Snapshots that show it, at least one.';
comment on column core.events.metadata is 'What else is known.';
comment on column core.events.created_at is 'When the row was written.';
comment on column core.events.updated_at is 'When the row was last changed.';
comment on constraint events_pkey on core.events is
    'An event may be told of twice: without a key it is then there twice.';
comment on constraint events_idempotency_key on core.events is 'The same event of a market is kept once.';
comment on constraint events_words_until_withdrawn on core.events is
    'An event says what happened until it is withdrawn, and then no more.';
comment on trigger events_withdrawn_is_final on core.events is 'What was withdrawn does not come back.';
comment on constraint events_market_id_fkey on core.events is 'An event bears on one market; for two, add it twice.';
comment on constraint events_confidence_between_0_and_1 on core.events is 'A confidence is a probability.';
comment on constraint events_confidence_has_6_digits_at_most on core.events is
    'No more than six digits after the point; refused instead of rounded, for 0.9996 is not certain.';
comment on constraint events_snapshot_ids_are_a_set on core.events is
    'At least one snapshot, none of them null or there twice.';
comment on constraint events_metadata_is_object on core.events is 'So that programs may ask for a key of any event.';
comment on index core.events_market_idx is 'Events of a market, the newest first; serves the reference to markets.';
comment on trigger events_link_snapshots on core.events is 'Keeps event_snapshots.';
comment on trigger events_not_of_the_future on core.events is 'It has happened already.';
comment on trigger events_touch on core.events is 'No writer says when it wrote.';
comment on table core.event_snapshots is 'events.snapshot_ids as rows, so that foreign keys hold them.';
comment on column core.event_snapshots.event_id is 'Whose list has it.';
comment on column core.event_snapshots.snapshot_id is 'One of the list.';
comment on constraint event_snapshots_pkey on core.event_snapshots is 'Each snapshot of an event once.';
comment on constraint event_snapshots_event_id_fkey on core.event_snapshots is
    'The rows behind the list go with their event.';
comment on constraint event_snapshots_snapshot_id_fkey on core.event_snapshots is
    'A snapshot that an event rests on is not deleted, whoever comes first.';
comment on index core.event_snapshots_snapshot_idx is 'Events of a snapshot; serves the reference to snapshots.';
comment on trigger event_snapshots_follows_events on core.event_snapshots is 'It changes with the event only.';
comment on trigger event_snapshots_not_truncated on core.event_snapshots is 'It is not emptied by itself.';

-- ROLLBACK
-- drop function core.add_event(uuid, text, timestamptz, numeric, text[], jsonb, text);
-- drop function core.add_snapshot(text, timestamptz, text, bigint, text, text, jsonb);
-- drop table core.event_snapshots;
-- drop table core.events;
-- drop table core.snapshots;
-- drop function core.follow_events();
-- drop function core.link_snapshots();
-- drop function core.keep_withdrawn();
-- drop function core.not_of_the_future();
-- drop function core.refuse_change();
-- drop function core.is_set(text[]);
-- drop function core.snapshot_id(text, timestamptz);
-- drop domain core.content_digest;
