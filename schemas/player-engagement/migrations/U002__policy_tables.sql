-- Takes V002 back. The rows of the policy tables go with them; the rules come back with all theirs.
-------------------------------------------------------------------------------
drop table ${schema}.xp_policy_segment_overrides;

drop table ${schema}.xp_policy_seasonal_boosts;

drop table ${schema}.xp_policy_streak_curve;

drop table ${schema}.xp_policy_versions;

drop table ${schema}.xp_policies;
-------------------------------------------------------------------------------
drop function ${schema}.require_contiguous_curve();

drop function ${schema}.change_part_of_draft();

drop function ${schema}.keep_published_version();
-------------------------------------------------------------------------------
drop trigger xp_rules_retired_read_only on ${schema}.xp_rules_retired;

alter table ${schema}.xp_rules_retired rename to xp_rules;

comment on table ${schema}.xp_rules is 'Versions of the reward rules as free-form documents.';
-------------------------------------------------------------------------------
-- Only the extension that V002 created, and only when nothing else has come to need it.
do $$
begin
    if exists (
        select from pg_catalog.pg_extension as e
        where e.extname = 'btree_gist'
            and obj_description(e.oid, 'pg_extension') like 'player-engagement: %'
    ) then
        drop extension btree_gist;
    end if;
exception
    when dependent_objects_still_exist then
        raise notice 'extension btree_gist stays: other objects need it';
end
$$;
