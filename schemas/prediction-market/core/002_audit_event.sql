-- What was done, by whom; nobody rewrites it, its owner included.
create table core.audit_event (
    id uuid not null default gen_random_uuid(),
    actor_type text not null,
    actor_id text not null,
    action text not null,
    subject_type text not null,
    subject_id text not null,
    payload jsonb not null default '{}',
    payload_hash text not null,
    signature text,
    job_id uuid,
    occurred_at timestamptz not null default now(),
    -- lets a reference demand a human's approval: see markets
    is_human_approval boolean not null generated always as (actor_type = 'human' and action = 'approve') stored,
    constraint audit_event_pkey primary key (id),
    constraint audit_event_approval_key unique (id, is_human_approval),
    constraint audit_event_actor_type_known check (actor_type in ('human', 'agent', 'system')),
    constraint audit_event_actor_id_not_blank check (btrim(actor_id) <> ''),
    constraint audit_event_action_not_blank check (btrim(action) <> ''),
    constraint audit_event_subject_not_blank check (btrim(subject_type) <> '' and btrim(subject_id) <> ''),
    constraint audit_event_payload_is_object check (jsonb_typeof(payload) = 'object'),
    constraint audit_event_payload_hash_is_sha256 check (payload_hash ~ '^[0-9a-f]{64}$'),
    constraint audit_event_signature_not_blank check (btrim(signature) <> ''),
    constraint audit_event_agent_signs check (actor_type <> 'agent' or signature is not null)
);

create index audit_event_job_idx on core.audit_event (job_id) where job_id is not null;

create function core.refuse_change() returns trigger
language plpgsql
set search_path = ''
as $$
begin
    raise exception '% is append-only: no %', tg_table_name, tg_op
        using errcode = 'restrict_violation', schema = tg_table_schema, table = tg_table_name,
            constraint = tg_name, hint = 'Insert another row that says what is true now.';
end
$$;

create trigger audit_event_append_only
    before update or delete or truncate on core.audit_event
    for each statement execute function core.refuse_change();

alter table core.audit_event enable always trigger audit_event_append_only;

comment on function core.refuse_change() is 'Trigger: refuses the statement.';
comment on trigger audit_event_append_only on core.audit_event is
    'No UPDATE, DELETE or TRUNCATE, not even by the owner or a replication role.';
comment on table core.audit_event is 'One row for each thing that was done; append-only.';
comment on column core.audit_event.id is 'Key of the entry.';
comment on column core.audit_event.actor_type is 'human, agent or system.';
comment on column core.audit_event.actor_id is 'Who did it, within the type.';
comment on column core.audit_event.action is 'What was done, such as approve.';
comment on column core.audit_event.subject_type is 'To what kind of thing.';
comment on column core.audit_event.subject_id is 'To which of them.';
comment on column core.audit_event.payload is 'Details: a JSON object.';
comment on column core.audit_event.payload_hash is 'SHA-256 of what was signed or sent, 64 hexadecimal digits.';
comment on column core.audit_event.signature is 'Signature of the actor; an agent must sign.';
comment on column core.audit_event.job_id is
    'Job that did it; null without one. Jobs live in another component, so no foreign key holds it.';
comment on column core.audit_event.occurred_at is 'When it was done.';
comment on column core.audit_event.is_human_approval is 'Whether a human approved something; computed.';
comment on constraint audit_event_pkey on core.audit_event is 'One row per entry.';
comment on constraint audit_event_approval_key on core.audit_event is
    'Lets a foreign key ask for an approval by a human.';
comment on constraint audit_event_actor_type_known on core.audit_event is 'The actor is of one of three kinds.';
comment on constraint audit_event_actor_id_not_blank on core.audit_event is 'The actor is named.';
comment on constraint audit_event_action_not_blank on core.audit_event is 'The action is named.';
comment on constraint audit_event_subject_not_blank on core.audit_event is 'The subject is named.';
comment on constraint audit_event_payload_is_object on core.audit_event is 'The payload is a JSON object.';
comment on constraint audit_event_payload_hash_is_sha256 on core.audit_event is 'The hash has the form of SHA-256.';
comment on constraint audit_event_signature_not_blank on core.audit_event is 'A signature says something.';
comment on constraint audit_event_agent_signs on core.audit_event is 'What an agent does is signed.';
comment on index core.audit_event_job_idx is 'What a job has done.';

-- ROLLBACK
-- drop table core.audit_event;
-- drop function core.refuse_change();
