-- Awards and ledger entries refer to the policy version that they name.
--
-- NOT VALID: from here on every new row is checked, while the rows that are there already are not
-- read. The lock (SHARE ROW EXCLUSIVE, which stops writers) is held for an instant. Validation reads
-- all rows and belongs into another transaction, V005: in this one it would keep that lock for as
-- long as it reads.
-- lockkeeper:allow-file LK41 one after the other in the order of an entry, with a patience of its own; writers wait while nothing is read
-- lockkeeper:allow-file CP11 V005 validates it, together with the references of this script
-------------------------------------------------------------------------------
-- What programs of the version before named since V002 is adopted as well; they wait meanwhile.
--
-- All tables at once, or none of them and again a little later: whoever holds one of them, an editor with an open draft or a
-- game that booked and is about to claim, holds this up, and nobody waits for this longer than an instant, or in a circle.
--
-- First in a mode that only autovacuum and other migrations mind: autovacuum goes when somebody has waited for a second, which
-- nobody does below.
lock table ${schema}.xp_policy_versions, ${schema}.xp_awards, ${schema}.xp_ledger in share update exclusive mode;

do $$
declare
    v_patience constant text := current_setting('lock_timeout');
begin
    for i in 1..600 loop
        begin
            perform set_config('lock_timeout', '50ms', true);
            lock table ${schema}.xp_policy_versions, ${schema}.xp_awards, ${schema}.xp_ledger in share row exclusive mode;
            perform set_config('lock_timeout', v_patience, true);
            return;
        exception
            when lock_not_available then
                perform pg_sleep(0.05);
        end;
    end loop;
    raise exception 'the tables are never free all at once' using
        errcode = 'lock_not_available',
        hint = 'Close transactions that are open for long, or pause the claims.';
end
$$;

select ${schema}.adopt_policy_versions();
-------------------------------------------------------------------------------
alter table ${schema}.xp_awards
    add constraint xp_awards_policy_version_fkey foreign key (policy_key, policy_version)
    references ${schema}.xp_policy_versions (policy_key, version) not valid;

comment on constraint xp_awards_policy_version_fkey on ${schema}.xp_awards is 'The policy version exists.';
-------------------------------------------------------------------------------
alter table ${schema}.xp_ledger
    add constraint xp_ledger_policy_version_fkey foreign key (policy_key, policy_version)
    references ${schema}.xp_policy_versions (policy_key, version) not valid;

comment on constraint xp_ledger_policy_version_fkey on ${schema}.xp_ledger is
    'The policy version exists, where one is named.';
