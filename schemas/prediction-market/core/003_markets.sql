-- A market exists because a human approved it: the reference accepts nothing else.
create table core.markets (
    id uuid not null default gen_random_uuid(),
    question text not null,
    market_type text not null,
    risk_level text not null default 'medium',
    status text not null default 'draft',
    human_approval_audit_id uuid not null,
    approved_by_human boolean not null generated always as (true) stored,
    closes_at timestamptz,
    metadata jsonb not null default '{}',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint markets_pkey primary key (id),
    constraint markets_human_approval_key unique (human_approval_audit_id),
    constraint markets_human_approval_fkey foreign key (human_approval_audit_id, approved_by_human)
        references core.audit_event (id, is_human_approval),
    constraint markets_question_not_blank check (btrim(question) <> ''),
    constraint markets_market_type_known check (
        market_type in ('political', 'economic', 'social', 'technology', 'finance', 'culture', 'sports')
    ),
    constraint markets_risk_level_known check (risk_level in ('low', 'medium', 'high')),
    constraint markets_status_known check (status in ('draft', 'open', 'closed', 'resolved', 'cancelled')),
    constraint markets_open_market_closes check (
        status = 'draft' or (closes_at is not null and isfinite(closes_at))
    ),
    constraint markets_metadata_is_object check (jsonb_typeof(metadata) = 'object')
);

create index markets_approval_idx on core.markets (human_approval_audit_id, approved_by_human);
create index markets_open_idx on core.markets (closes_at) where status = 'open';

create trigger markets_touch
    before update on core.markets
    for each row execute function core.touch_updated_at();

comment on table core.markets is 'One row for each question that can be predicted.';
comment on column core.markets.id is 'Key of the market.';
comment on column core.markets.question is 'What is predicted.';
comment on column core.markets.market_type is
    'political, economic, social, technology, finance, culture or sports.';
comment on column core.markets.risk_level is 'low, medium or high.';
comment on column core.markets.status is 'draft, open, closed, resolved or cancelled.';
comment on column core.markets.human_approval_audit_id is 'Entry of audit_event in which a human approved it.';
comment on column core.markets.approved_by_human is 'Always true: what the reference demands of the entry.';
comment on column core.markets.closes_at is 'When predictions end; null for a draft without a date.';
comment on column core.markets.metadata is 'What else is known: a JSON object.';
comment on column core.markets.created_at is 'When the row was written.';
comment on column core.markets.updated_at is 'When the row was last changed.';
comment on constraint markets_pkey on core.markets is 'One row per market.';
comment on constraint markets_human_approval_key on core.markets is 'One approval serves one market.';
comment on constraint markets_human_approval_fkey on core.markets is
    'The entry exists and is the approval of a human; entries never change.';
comment on constraint markets_question_not_blank on core.markets is 'A market asks something.';
comment on constraint markets_market_type_known on core.markets is 'The type is one of seven.';
comment on constraint markets_risk_level_known on core.markets is 'The risk is one of three.';
comment on constraint markets_status_known on core.markets is 'The status is one of five.';
comment on constraint markets_open_market_closes on core.markets is 'A market that was opened has an end.';
comment on constraint markets_metadata_is_object on core.markets is 'The metadata are a JSON object.';
comment on index core.markets_approval_idx is 'Serves the reference to audit_event.';
comment on index core.markets_open_idx is 'Open markets in the order in which they close.';
comment on trigger markets_touch on core.markets is 'Keeps updated_at.';

-- ROLLBACK
-- drop table core.markets;
