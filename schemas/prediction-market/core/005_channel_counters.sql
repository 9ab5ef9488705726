-- Numbers for messages of a channel: strictly rising and without a gap, which a sequence cannot promise.
create table core.channel_counters (
    channel core.subject_key not null,
    last_sequence bigint not null default 0,
    updated_at core.instant not null default now(),
    constraint channel_counters_pkey primary key (channel),
    constraint channel_counters_last_sequence_not_negative check (last_sequence >= 0)
);

create function core.count_on() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_op <> 'UPDATE' or new.channel <> old.channel or new.last_sequence <> old.last_sequence + 1 then
        raise exception 'a counter only counts on, by one'
            using errcode = 'restrict_violation', schema = tg_table_schema, table = tg_table_name,
                constraint = 'channel_counters_count_on', hint = 'Take the next number from core.next_sequence.';
    end if;
    new.updated_at := now();
    return new;
end
$$;

create trigger channel_counters_count_on
    before update or delete on core.channel_counters
    for each row execute function core.count_on();

create trigger channel_counters_not_truncated
    before truncate on core.channel_counters
    for each statement execute function core.count_on();

-- The row is locked until the caller commits: numbers are handed out in the order of commits, and one that is rolled
-- back is handed out again.
create function core.next_sequence(p_channel text) returns bigint
language sql
security definer
set search_path = pg_catalog, pg_temp
as $$
    insert into core.channel_counters as c (channel, last_sequence)
    values (p_channel, 1)
    on conflict (channel) do update set last_sequence = c.last_sequence + 1
    returning c.last_sequence
$$;

revoke execute on all functions in schema core from public;

comment on function core.count_on() is 'Trigger: a counter rises by one and is never reset.';
comment on function core.next_sequence(text) is
    'The next number of a channel, 1 for a new one. Locks the channel until the transaction ends; take several channels in the order of their names.';
comment on table core.channel_counters is 'The last number that each channel has handed out.';
comment on column core.channel_counters.channel is
    'Whatever the senders agree on, such as market-updates; a new one begins at 1. A key, for it stays: no sentence and no address.';
comment on column core.channel_counters.last_sequence is 'The last number handed out; 0 before the first.';
comment on column core.channel_counters.updated_at is 'When the last number was handed out.';
comment on constraint channel_counters_pkey on core.channel_counters is
    'All senders of a channel wait in its row, and get numbers without a gap.';
comment on constraint channel_counters_last_sequence_not_negative on core.channel_counters is
    'Numbers begin after zero.';
comment on trigger channel_counters_count_on on core.channel_counters is 'It counts on, by one.';
comment on trigger channel_counters_not_truncated on core.channel_counters is 'It is not reset.';

-- ROLLBACK
-- drop function core.next_sequence(text);
-- drop table core.channel_counters;
-- drop function core.count_on();
