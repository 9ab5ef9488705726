-- Sums of usage by hour and by day. The events live in the operational database, so no foreign key leads there.
create schema analytics;

comment on schema analytics is 'inference-platform: sums of usage.';

create table analytics.usage_rollups (
    id bigint generated always as identity,
    granularity text not null,
    bucket_start timestamptz not null,
    organization_id uuid not null,
    model_id uuid,
    request_count bigint not null default 0,
    token_count bigint not null default 0,
    error_count bigint not null default 0,
    -- a bad day of one tenant must not stop the sums of all: 2^63 calls of 10,000 dollars fit
    cost numeric(24, 4) not null default 0,
    last_reconciled_at timestamptz,
    constraint usage_rollups_pkey primary key (id),
    -- model_id may be null, so it cannot be in a primary key; and two nulls are the same bucket
    constraint usage_rollups_bucket_key
        unique nulls not distinct (granularity, bucket_start, organization_id, model_id),
    constraint usage_rollups_granularity_known check (granularity in ('hour', 'day')),
    constraint usage_rollups_bucket_start_aligned check (
        isfinite(bucket_start) and bucket_start at time zone 'UTC' = date_trunc(
            case granularity when 'day' then 'day' else 'hour' end, bucket_start at time zone 'UTC'
        )
    ),
    constraint usage_rollups_request_count_not_negative check (request_count >= 0),
    constraint usage_rollups_token_count_not_negative check (token_count >= 0),
    constraint usage_rollups_error_count_within_requests check (error_count between 0 and request_count),
    constraint usage_rollups_cost_not_negative check (cost >= 0 and cost <> 'NaN'),
    constraint usage_rollups_last_reconciled_at_is_finite check (isfinite(last_reconciled_at))
);

comment on table analytics.usage_rollups is 'Usage of a tenant and model in an hour or a day of UTC.';
comment on column analytics.usage_rollups.id is 'Key of the row.';
comment on column analytics.usage_rollups.granularity is 'hour or day.';
comment on column analytics.usage_rollups.bucket_start is 'First instant of the hour or day, in UTC.';
comment on column analytics.usage_rollups.organization_id is 'Tenant.';
comment on column analytics.usage_rollups.model_id is 'Model; null for all of them together.';
comment on column analytics.usage_rollups.request_count is 'Calls.';
comment on column analytics.usage_rollups.token_count is 'Tokens sent and made.';
comment on column analytics.usage_rollups.error_count is 'Calls that ended in an error.';
comment on column analytics.usage_rollups.cost is 'Price, in US dollars.';
comment on column analytics.usage_rollups.last_reconciled_at is
    'When it was last compared with the events; null for never.';
comment on constraint usage_rollups_pkey on analytics.usage_rollups is 'One row per sum.';
comment on constraint usage_rollups_bucket_key on analytics.usage_rollups is
    'One sum per grain, bucket, tenant and model, the sum over all models included.';
comment on constraint usage_rollups_granularity_known on analytics.usage_rollups is 'The grain is one of two.';
comment on constraint usage_rollups_bucket_start_aligned on analytics.usage_rollups is
    'A bucket starts with its hour or day of UTC, whatever the session''s time zone.';
comment on constraint usage_rollups_request_count_not_negative on analytics.usage_rollups is 'A count.';
comment on constraint usage_rollups_token_count_not_negative on analytics.usage_rollups is 'A count.';
comment on constraint usage_rollups_error_count_within_requests on analytics.usage_rollups is
    'No more errors than calls.';
comment on constraint usage_rollups_cost_not_negative on analytics.usage_rollups is
    'A price is a number and not negative.';
comment on constraint usage_rollups_last_reconciled_at_is_finite on analytics.usage_rollups is
    'A comparison was made at a time.';
comment on sequence analytics.usage_rollups_id_seq is 'Source of usage_rollups.id.';
