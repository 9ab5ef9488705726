-- Policies take the place of the free-form rules: versions that are drafted, published and archived,
-- with their streak curve, seasonal boosts and segment overrides.
-------------------------------------------------------------------------------
-- Extension: equality on scalars inside a GiST index. One that exists already belongs to somebody
-- else and keeps its comment; the comment is the mark by which U002 knows its own.
do $$
begin
    if not exists (select from pg_catalog.pg_extension where extname = 'btree_gist') then
        create extension if not exists btree_gist with schema public;
        comment on extension btree_gist is
            'player-engagement: created by V002, dropped by U002 unless something else has come to need it.';
    end if;
end
$$;
-------------------------------------------------------------------------------
-- Rules retire. The table steps aside with all its rows instead of being dropped: nothing is copied,
-- nothing is lost, and U002 only has to call it back. Nothing writes to it any more.
alter table ${schema}.xp_rules rename to xp_rules_retired;

create trigger xp_rules_retired_read_only
    before insert or update or delete or truncate on ${schema}.xp_rules_retired
    for each statement execute function ${schema}.refuse_statement(
        'the rules are retired',
        'Write a policy version instead.');

comment on table ${schema}.xp_rules_retired is
    'The reward rules from before the policies, read-only, kept for reference and for U002.';
comment on trigger xp_rules_retired_read_only on ${schema}.xp_rules_retired is
    'No INSERT, UPDATE, DELETE or TRUNCATE.';
-------------------------------------------------------------------------------
-- Policies.
create table ${schema}.xp_policies (
    policy_key text not null,
    display_name text not null,
    description text not null default '',
    created_at timestamptz not null default ${schema}.now_utc(),
    updated_at timestamptz not null default ${schema}.now_utc(),
    constraint xp_policies_pkey primary key (policy_key),
    constraint xp_policies_policy_key_not_blank check (btrim(policy_key) <> ''),
    constraint xp_policies_display_name_not_blank check (btrim(display_name) <> '')
);

create trigger xp_policies_touch
    before update on ${schema}.xp_policies
    for each row execute function ${schema}.touch_updated_at();

comment on table ${schema}.xp_policies is 'Reward policies; what they say is in their versions.';
comment on column ${schema}.xp_policies.policy_key is 'Name of the policy, such as daily-login-xp.';
comment on column ${schema}.xp_policies.display_name is 'Name for people.';
comment on column ${schema}.xp_policies.description is 'What the policy is for; may be empty.';
comment on column ${schema}.xp_policies.created_at is 'When the row was written.';
comment on column ${schema}.xp_policies.updated_at is 'When the row was last changed.';
comment on constraint xp_policies_pkey on ${schema}.xp_policies is 'One row per policy.';
comment on constraint xp_policies_policy_key_not_blank on ${schema}.xp_policies is 'A policy has a key.';
comment on constraint xp_policies_display_name_not_blank on ${schema}.xp_policies is
    'A policy has a name for people.';
comment on trigger xp_policies_touch on ${schema}.xp_policies is 'Keeps updated_at.';
-------------------------------------------------------------------------------
-- Policy versions.
create table ${schema}.xp_policy_versions (
    policy_key text not null,
    version integer not null,
    status text not null default 'Draft',
    base_xp_amount bigint not null,
    currency text not null default 'XP',
    claim_window_start_minutes integer not null default 0,
    claim_window_duration_hours integer not null default 24,
    anchor_strategy text not null default 'AnchorTimezone',
    grace_allowed_misses integer not null default 0,
    grace_window_days integer not null default 0,
    streak_model text not null,
    streak_model_parameters jsonb not null default '{}',
    preview_window_days integer not null default 7,
    effective_at timestamptz,
    superseded_at timestamptz,
    published_at timestamptz,
    created_at timestamptz not null default ${schema}.now_utc(),
    updated_at timestamptz not null default ${schema}.now_utc(),
    constraint xp_policy_versions_pkey primary key (policy_key, version),
    -- Lets a reference demand a status: see xp_policy_segment_overrides.
    constraint xp_policy_versions_status_key unique (policy_key, version, status),
    constraint xp_policy_versions_policy_key_fkey foreign key (policy_key)
        references ${schema}.xp_policies (policy_key),
    constraint xp_policy_versions_version_positive check (version > 0),
    constraint xp_policy_versions_status_known check (status in ('Draft', 'Published', 'Archived')),
    constraint xp_policy_versions_base_xp_amount_positive check (base_xp_amount > 0),
    constraint xp_policy_versions_currency_not_blank check (btrim(currency) <> ''),
    constraint xp_policy_versions_claim_window_start_in_day check (claim_window_start_minutes between 0 and 1439),
    constraint xp_policy_versions_claim_window_duration_in_day check (claim_window_duration_hours between 1 and 24),
    constraint xp_policy_versions_anchor_strategy_known
        check (anchor_strategy in ('AnchorTimezone', 'FixedUtc', 'ServerLocal')),
    constraint xp_policy_versions_grace_misses_not_negative check (grace_allowed_misses >= 0),
    constraint xp_policy_versions_grace_window_covers_misses check (grace_window_days >= grace_allowed_misses),
    constraint xp_policy_versions_streak_model_known check (
        streak_model in ('PlateauCap', 'WeeklyCycleReset', 'DecayCurve', 'TieredSeasonalReset', 'MilestoneMetaReward')
    ),
    constraint xp_policy_versions_parameters_is_object check (jsonb_typeof(streak_model_parameters) = 'object'),
    constraint xp_policy_versions_preview_window_positive check (preview_window_days >= 1),
    constraint xp_policy_versions_times_match_status check (
        case status
            when 'Draft' then num_nonnulls(published_at, superseded_at) = 0
            when 'Published' then num_nonnulls(effective_at, published_at) = 2 and superseded_at is null
            else num_nonnulls(effective_at, published_at, superseded_at) = 3
        end
    ),
    constraint xp_policy_versions_superseded_after_published check (superseded_at >= published_at)
);

create unique index xp_policy_versions_one_published
    on ${schema}.xp_policy_versions (policy_key) where status = 'Published';

create function ${schema}.keep_published_version() returns trigger
language plpgsql
set search_path = ''
as $$
declare
    v_allowed ${schema}.xp_policy_versions;
begin
    if tg_op = 'UPDATE' and old.status = 'Published' and new.status = 'Archived' then
        v_allowed := old;
        v_allowed.status := new.status;
        v_allowed.superseded_at := new.superseded_at;
        v_allowed.updated_at := new.updated_at;
        if new is not distinct from v_allowed then
            return new;
        end if;
    end if;
    raise exception 'version % of policy % is % and immutable', old.version, old.policy_key, old.status
        using errcode = 'restrict_violation',
            schema = tg_table_schema,
            table = tg_table_name,
            constraint = tg_name,
            hint = 'Write a new version. The only move is from Published to Archived, with superseded_at and nothing else.';
end
$$;

comment on function ${schema}.keep_published_version() is
    'Trigger: refuses every change of a Published or Archived version but the move from Published to Archived.';

-- The update of the version is the lock: of two transactions that change parts of one draft, or one
-- that changes parts and one that publishes, the second waits, and then sees what the first did.
create function ${schema}.change_part_of_draft() returns trigger
language plpgsql
set search_path = ''
as $$
declare
    v_part record;
begin
    for v_part in
        select distinct p.policy_key, p.version
        from (values (old.policy_key, old.policy_version), (new.policy_key, new.policy_version)) as p (policy_key, version)
        where p.policy_key is not null
        order by p.policy_key, p.version
    loop
        update ${schema}.xp_policy_versions as v
        set updated_at = ${schema}.now_utc()
        where v.policy_key = v_part.policy_key and v.version = v_part.version and v.status = 'Draft';
        if not found and exists (
            select from ${schema}.xp_policy_versions as v
            where v.policy_key = v_part.policy_key and v.version = v_part.version
        ) then
            raise exception 'version % of policy % is no draft: its parts are immutable', v_part.version, v_part.policy_key
                using errcode = 'restrict_violation',
                    schema = tg_table_schema,
                    table = tg_table_name,
                    constraint = tg_name,
                    hint = 'Write a new version.';
        end if;
    end loop;
    return coalesce(new, old);
end
$$;

comment on function ${schema}.change_part_of_draft() is
    'Trigger: lets rows that belong to a policy version be written, moved or deleted only while the version is a Draft, one transaction at a time.';

create trigger xp_policy_versions_published_immutable
    before update or delete on ${schema}.xp_policy_versions
    for each row when (old.status <> 'Draft')
    execute function ${schema}.keep_published_version();

create trigger xp_policy_versions_not_truncated
    before truncate on ${schema}.xp_policy_versions
    for each statement execute function ${schema}.refuse_statement(
        'published versions are immutable',
        'Delete the drafts that are not wanted.');

create trigger xp_policy_versions_touch
    before update on ${schema}.xp_policy_versions
    for each row execute function ${schema}.touch_updated_at();

comment on table ${schema}.xp_policy_versions is
    'Versions of the policies. A Draft is changed freely, a Published version is in force and immutable, an Archived one was.';
comment on column ${schema}.xp_policy_versions.policy_key is 'Policy of the version.';
comment on column ${schema}.xp_policy_versions.version is 'Number of the version, from 1.';
comment on column ${schema}.xp_policy_versions.status is 'Draft, Published or Archived.';
comment on column ${schema}.xp_policy_versions.base_xp_amount is 'XP of a day before multipliers.';
comment on column ${schema}.xp_policy_versions.currency is 'What is granted, such as XP.';
comment on column ${schema}.xp_policy_versions.claim_window_start_minutes is
    'Minute of the day at which the claim window opens, 0 to 1439.';
comment on column ${schema}.xp_policy_versions.claim_window_duration_hours is
    'How long the claim window stays open, 1 to 24 hours.';
comment on column ${schema}.xp_policy_versions.anchor_strategy is
    'Whose calendar decides the reward day: AnchorTimezone the zone of the player, FixedUtc UTC, ServerLocal the zone of the game server.';
comment on column ${schema}.xp_policy_versions.grace_allowed_misses is
    'Missed days that are forgiven inside the grace window.';
comment on column ${schema}.xp_policy_versions.grace_window_days is 'Length of the grace window in days.';
comment on column ${schema}.xp_policy_versions.streak_model is
    'How the reward follows the streak: PlateauCap, WeeklyCycleReset, DecayCurve, TieredSeasonalReset or MilestoneMetaReward.';
comment on column ${schema}.xp_policy_versions.streak_model_parameters is
    'Parameters of the streak model: a JSON object.';
comment on column ${schema}.xp_policy_versions.preview_window_days is
    'How many coming days a player is shown, at least 1.';
comment on column ${schema}.xp_policy_versions.effective_at is
    'From when the version counts; null only for a draft.';
comment on column ${schema}.xp_policy_versions.superseded_at is 'When the version was archived; null before.';
comment on column ${schema}.xp_policy_versions.published_at is 'When the version was published; null before.';
comment on column ${schema}.xp_policy_versions.created_at is 'When the row was written.';
comment on column ${schema}.xp_policy_versions.updated_at is
    'When the version, its curve or its boosts were last changed.';
comment on constraint xp_policy_versions_pkey on ${schema}.xp_policy_versions is
    'One row per version of a policy; serves the reference to xp_policies.';
comment on constraint xp_policy_versions_status_key on ${schema}.xp_policy_versions is
    'Target for references that demand a status.';
comment on constraint xp_policy_versions_policy_key_fkey on ${schema}.xp_policy_versions is
    'The policy exists; a policy with versions is not deleted.';
comment on constraint xp_policy_versions_version_positive on ${schema}.xp_policy_versions is
    'Versions count from 1.';
comment on constraint xp_policy_versions_status_known on ${schema}.xp_policy_versions is
    'A status is Draft, Published or Archived.';
comment on constraint xp_policy_versions_base_xp_amount_positive on ${schema}.xp_policy_versions is
    'A day is worth something.';
comment on constraint xp_policy_versions_currency_not_blank on ${schema}.xp_policy_versions is
    'The currency has a name.';
comment on constraint xp_policy_versions_claim_window_start_in_day on ${schema}.xp_policy_versions is
    'The claim window opens in a minute of the day.';
comment on constraint xp_policy_versions_claim_window_duration_in_day on ${schema}.xp_policy_versions is
    'The claim window lasts an hour to a day.';
comment on constraint xp_policy_versions_anchor_strategy_known on ${schema}.xp_policy_versions is
    'The anchor strategy is one of the three.';
comment on constraint xp_policy_versions_grace_misses_not_negative on ${schema}.xp_policy_versions is
    'Misses are counted from 0.';
comment on constraint xp_policy_versions_grace_window_covers_misses on ${schema}.xp_policy_versions is
    'No more misses are forgiven than the window has days.';
comment on constraint xp_policy_versions_streak_model_known on ${schema}.xp_policy_versions is
    'The streak model is one of the five.';
comment on constraint xp_policy_versions_parameters_is_object on ${schema}.xp_policy_versions is
    'The parameters are a JSON object, not an array or a scalar.';
comment on constraint xp_policy_versions_preview_window_positive on ${schema}.xp_policy_versions is
    'The preview shows a day at least.';
comment on constraint xp_policy_versions_times_match_status on ${schema}.xp_policy_versions is
    'A draft has no publishing time, a published version is effective and not superseded, an archived one has all three times.';
comment on constraint xp_policy_versions_superseded_after_published on ${schema}.xp_policy_versions is
    'A version is superseded after it was published.';
comment on index ${schema}.xp_policy_versions_one_published is 'At most one published version per policy.';
comment on trigger xp_policy_versions_published_immutable on ${schema}.xp_policy_versions is
    'A Published or Archived version is neither changed nor deleted; the only move is Published to Archived.';
comment on trigger xp_policy_versions_not_truncated on ${schema}.xp_policy_versions is
    'No TRUNCATE: it would delete published versions.';
comment on trigger xp_policy_versions_touch on ${schema}.xp_policy_versions is 'Keeps updated_at.';
-------------------------------------------------------------------------------
-- Streak curve. A numeric accepts NaN, and NaN is greater than every number: the checks name it.
create table ${schema}.xp_policy_streak_curve (
    policy_key text not null,
    policy_version integer not null,
    day_index integer not null,
    multiplier numeric(8, 4) not null default 1,
    additive_bonus_xp bigint not null default 0,
    cap_next_day boolean not null default false,
    constraint xp_policy_streak_curve_pkey primary key (policy_key, policy_version, day_index),
    constraint xp_policy_streak_curve_version_fkey foreign key (policy_key, policy_version)
        references ${schema}.xp_policy_versions (policy_key, version) on delete cascade,
    constraint xp_policy_streak_curve_day_index_not_negative check (day_index >= 0),
    constraint xp_policy_streak_curve_multiplier_not_negative check (multiplier >= 0 and multiplier <> 'NaN'),
    constraint xp_policy_streak_curve_bonus_not_negative check (additive_bonus_xp >= 0)
);

-- Day indexes are unique and not negative: they run from 0 without a gap exactly when the last one
-- is their number less one.
create function ${schema}.require_contiguous_curve() returns trigger
language plpgsql
set search_path = ''
as $$
declare
    v_curve record;
begin
    for v_curve in
        select c.policy_key, c.policy_version, count(*) as days, max(c.day_index) as last_day
        from ${schema}.xp_policy_streak_curve as c
        where (c.policy_key, c.policy_version) in (
            (old.policy_key, old.policy_version), (new.policy_key, new.policy_version)
        )
        group by c.policy_key, c.policy_version
        having count(*) <> max(c.day_index) + 1
    loop
        raise exception 'the curve of version % of policy % has % days, the last with index %',
            v_curve.policy_version, v_curve.policy_key, v_curve.days, v_curve.last_day
            using errcode = 'check_violation',
                schema = tg_table_schema,
                table = tg_table_name,
                column = 'day_index',
                constraint = tg_name,
                hint = 'Day indexes run from 0 without a gap when the transaction commits.';
    end loop;
    return null;
end
$$;

comment on function ${schema}.require_contiguous_curve() is
    'Trigger: refuses a curve whose day indexes do not run from 0 without a gap.';

create trigger xp_policy_streak_curve_of_draft
    before insert or update or delete on ${schema}.xp_policy_streak_curve
    for each row execute function ${schema}.change_part_of_draft();

create trigger xp_policy_streak_curve_not_truncated
    before truncate on ${schema}.xp_policy_streak_curve
    for each statement execute function ${schema}.refuse_statement(
        'the curves of published versions are immutable',
        'Delete the curves of drafts that are not wanted.');

create constraint trigger xp_policy_streak_curve_contiguous
    after insert or update or delete on ${schema}.xp_policy_streak_curve
    deferrable initially deferred
    for each row execute function ${schema}.require_contiguous_curve();

comment on table ${schema}.xp_policy_streak_curve is
    'What each day of a streak is worth under a policy version.';
comment on column ${schema}.xp_policy_streak_curve.policy_key is 'Policy of the curve.';
comment on column ${schema}.xp_policy_streak_curve.policy_version is 'Version of the policy.';
comment on column ${schema}.xp_policy_streak_curve.day_index is 'Day of the streak, from 0 without a gap.';
comment on column ${schema}.xp_policy_streak_curve.multiplier is 'Factor on the base amount.';
comment on column ${schema}.xp_policy_streak_curve.additive_bonus_xp is 'XP on top of the product.';
comment on column ${schema}.xp_policy_streak_curve.cap_next_day is
    'Whether the days after this one stay at its value.';
comment on constraint xp_policy_streak_curve_pkey on ${schema}.xp_policy_streak_curve is
    'One row per day of a curve; serves the reference to xp_policy_versions.';
comment on constraint xp_policy_streak_curve_version_fkey on ${schema}.xp_policy_streak_curve is
    'A curve belongs to a version and goes with that draft.';
comment on constraint xp_policy_streak_curve_day_index_not_negative on ${schema}.xp_policy_streak_curve is
    'Days count from 0.';
comment on constraint xp_policy_streak_curve_multiplier_not_negative on ${schema}.xp_policy_streak_curve is
    'A day takes nothing away, and NaN is no factor.';
comment on constraint xp_policy_streak_curve_bonus_not_negative on ${schema}.xp_policy_streak_curve is
    'A bonus takes nothing away.';
comment on trigger xp_policy_streak_curve_of_draft on ${schema}.xp_policy_streak_curve is
    'The curve of a Published or Archived version is immutable.';
comment on trigger xp_policy_streak_curve_not_truncated on ${schema}.xp_policy_streak_curve is
    'No TRUNCATE: it would empty the curves of published versions.';
comment on trigger xp_policy_streak_curve_contiguous on ${schema}.xp_policy_streak_curve is
    'Day indexes run from 0 without a gap; checked at commit.';
comment on constraint xp_policy_streak_curve_contiguous on ${schema}.xp_policy_streak_curve is
    'Day indexes run from 0 without a gap; checked at commit.';
-------------------------------------------------------------------------------
-- Seasonal boosts. Half-open: a boost may start at the instant at which another one ends.
create table ${schema}.xp_policy_seasonal_boosts (
    policy_key text not null,
    policy_version integer not null,
    label text not null,
    multiplier numeric(8, 4) not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    constraint xp_policy_seasonal_boosts_pkey primary key (policy_key, policy_version, starts_at),
    constraint xp_policy_seasonal_boosts_version_fkey foreign key (policy_key, policy_version)
        references ${schema}.xp_policy_versions (policy_key, version) on delete cascade,
    constraint xp_policy_seasonal_boosts_label_not_blank check (btrim(label) <> ''),
    constraint xp_policy_seasonal_boosts_multiplier_at_least_one check (multiplier >= 1 and multiplier <> 'NaN'),
    constraint xp_policy_seasonal_boosts_ends_after_start check (ends_at > starts_at),
    constraint xp_policy_seasonal_boosts_no_overlap exclude using gist (
        policy_key with =,
        policy_version with =,
        tstzrange(starts_at, ends_at, '[)') with &&
    )
);

create trigger xp_policy_seasonal_boosts_of_draft
    before insert or update or delete on ${schema}.xp_policy_seasonal_boosts
    for each row execute function ${schema}.change_part_of_draft();

create trigger xp_policy_seasonal_boosts_not_truncated
    before truncate on ${schema}.xp_policy_seasonal_boosts
    for each statement execute function ${schema}.refuse_statement(
        'the boosts of published versions are immutable',
        'Delete the boosts of drafts that are not wanted.');

comment on table ${schema}.xp_policy_seasonal_boosts is 'Spans of time in which a policy version gives more.';
comment on column ${schema}.xp_policy_seasonal_boosts.policy_key is 'Policy of the boost.';
comment on column ${schema}.xp_policy_seasonal_boosts.policy_version is 'Version of the policy.';
comment on column ${schema}.xp_policy_seasonal_boosts.label is 'Name for people.';
comment on column ${schema}.xp_policy_seasonal_boosts.multiplier is 'Factor on the amount, at least 1.';
comment on column ${schema}.xp_policy_seasonal_boosts.starts_at is 'First instant of the boost.';
comment on column ${schema}.xp_policy_seasonal_boosts.ends_at is 'First instant after the boost.';
comment on constraint xp_policy_seasonal_boosts_pkey on ${schema}.xp_policy_seasonal_boosts is
    'Boosts of a version do not overlap, so the start tells them apart; serves the reference to xp_policy_versions.';
comment on constraint xp_policy_seasonal_boosts_version_fkey on ${schema}.xp_policy_seasonal_boosts is
    'A boost belongs to a version and goes with that draft.';
comment on constraint xp_policy_seasonal_boosts_label_not_blank on ${schema}.xp_policy_seasonal_boosts is
    'A boost has a name.';
comment on constraint xp_policy_seasonal_boosts_multiplier_at_least_one on ${schema}.xp_policy_seasonal_boosts is
    'A boost takes nothing away, and NaN is no factor.';
comment on constraint xp_policy_seasonal_boosts_ends_after_start on ${schema}.xp_policy_seasonal_boosts is
    'A boost lasts: an empty span would overlap with nothing.';
comment on constraint xp_policy_seasonal_boosts_no_overlap on ${schema}.xp_policy_seasonal_boosts is
    'At most one boost of a version at any instant; touching spans are allowed.';
comment on trigger xp_policy_seasonal_boosts_of_draft on ${schema}.xp_policy_seasonal_boosts is
    'The boosts of a Published or Archived version are immutable.';
comment on trigger xp_policy_seasonal_boosts_not_truncated on ${schema}.xp_policy_seasonal_boosts is
    'No TRUNCATE: it would delete the boosts of published versions.';
-------------------------------------------------------------------------------
-- Segment overrides. The constant column takes the status into the reference: it is satisfied by a
-- Published version only, and archiving a version that overrides still point at breaks it. Deferred,
-- so that one transaction can archive a version, publish the next and move the overrides over.
create table ${schema}.xp_policy_segment_overrides (
    segment_key text not null,
    policy_key text not null,
    policy_version integer not null,
    required_status text not null generated always as ('Published') stored,
    created_at timestamptz not null default ${schema}.now_utc(),
    updated_at timestamptz not null default ${schema}.now_utc(),
    constraint xp_policy_segment_overrides_pkey primary key (segment_key, policy_key),
    constraint xp_policy_segment_overrides_published_fkey
        foreign key (policy_key, policy_version, required_status)
        references ${schema}.xp_policy_versions (policy_key, version, status)
        deferrable initially deferred,
    constraint xp_policy_segment_overrides_segment_key_not_blank check (btrim(segment_key) <> '')
);

create index xp_policy_segment_overrides_version_idx
    on ${schema}.xp_policy_segment_overrides (policy_key, policy_version, required_status);

create trigger xp_policy_segment_overrides_touch
    before update on ${schema}.xp_policy_segment_overrides
    for each row execute function ${schema}.touch_updated_at();

comment on table ${schema}.xp_policy_segment_overrides is 'Which version of a policy a segment gets.';
comment on column ${schema}.xp_policy_segment_overrides.segment_key is
    'Segment of players, as in xp_users.segment_key.';
comment on column ${schema}.xp_policy_segment_overrides.policy_key is 'Policy that is overridden.';
comment on column ${schema}.xp_policy_segment_overrides.policy_version is 'Version that the segment gets.';
comment on column ${schema}.xp_policy_segment_overrides.required_status is
    'Always Published: the status that the reference demands.';
comment on column ${schema}.xp_policy_segment_overrides.created_at is 'When the row was written.';
comment on column ${schema}.xp_policy_segment_overrides.updated_at is 'When the row was last changed.';
comment on constraint xp_policy_segment_overrides_pkey on ${schema}.xp_policy_segment_overrides is
    'One override per segment and policy.';
comment on constraint xp_policy_segment_overrides_published_fkey on ${schema}.xp_policy_segment_overrides is
    'The version is Published; checked at commit, also when a version is archived.';
comment on constraint xp_policy_segment_overrides_segment_key_not_blank on ${schema}.xp_policy_segment_overrides is
    'A segment has a key.';
comment on index ${schema}.xp_policy_segment_overrides_version_idx is
    'Overrides that point at a version; serves the reference to xp_policy_versions.';
comment on trigger xp_policy_segment_overrides_touch on ${schema}.xp_policy_segment_overrides is
    'Keeps updated_at.';
