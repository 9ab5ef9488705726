package dev.lockkeeper.gate;

import static dev.lockkeeper.database.Quote.identifier;

/** The SQL that creates the tables in which a record keeps approvals, emergencies and comments. */
final class GateTables {
    private GateTables() {}

    /** Creates what is missing; safe to run again and by several at once after the record was created in the same message. */
    static String create(String schema) {
        return """
            create table if not exists %1$s.approval (
              id bigint generated always as identity,
              plan_digest text not null,
              environment text not null,
              principal text not null,
              key text not null,
              maker text not null,
              authors text[] not null,
              signature text not null,
              recorded_at timestamptz not null default clock_timestamp(),
              recorded_by text not null default session_user,
              constraint approval_pkey primary key (id),
              constraint approval_principal_check check (principal ~ '\\S'),
              constraint approval_of_another_check check (lower(principal) <> lower(maker)
                and lower(principal) <> all (authors)),
              constraint approval_key_key unique (plan_digest, key)
            );
            create unique index if not exists approval_principal_key on %1$s.approval (plan_digest, lower(principal));
            comment on table %1$s.approval is 'Who has approved which plan. Rows are only ever added.';
            comment on column %1$s.approval.plan_digest is 'What was approved; history.plan_digest says what it became.';
            comment on column %1$s.approval.principal is 'The person, as the file of allowed signers names them.';
            comment on column %1$s.approval.key is 'Fingerprint of the key that has signed.';
            comment on column %1$s.approval.maker is 'Who has made the plan.';
            comment on column %1$s.approval.authors is 'Who has committed its scripts last, in lower case.';
            comment on column %1$s.approval.signature is
              'The signature of the digest and a line feed, in the form of ssh-keygen -Y, namespace lockkeeper-plan.';
            create or replace trigger approval_append_only before update or delete or truncate on %1$s.approval
              for each statement execute function %1$s.refuse_change();
            alter table %1$s.approval enable always trigger approval_append_only;
            create table if not exists %1$s.break_glass (
              id bigint generated always as identity,
              plan_digest text not null,
              environment text not null,
              reason text not null,
              maker text not null,
              done_at timestamptz not null default clock_timestamp(),
              done_by text not null default session_user,
              constraint break_glass_pkey primary key (id),
              constraint break_glass_reason_check check (reason ~ '\\S'),
              constraint break_glass_plan_key unique (plan_digest)
            );
            comment on table %1$s.break_glass is
              'Plans that went through in an emergency, without what the environment demands. Rows are only ever added.';
            create or replace trigger break_glass_append_only before update or delete or truncate on %1$s.break_glass
              for each statement execute function %1$s.refuse_change();
            alter table %1$s.break_glass enable always trigger break_glass_append_only;
            create table if not exists %1$s.plan_comment (
              id bigint generated always as identity,
              plan_digest text not null,
              environment text not null,
              comment text not null,
              resolves text,
              principal text not null,
              document text not null,
              recorded_at timestamptz not null default clock_timestamp(),
              recorded_by text not null default session_user,
              constraint plan_comment_pkey primary key (id),
              constraint plan_comment_key unique (plan_digest, comment)
            );
            comment on table %1$s.plan_comment is
              'What people have asked about steps of plans, and what of it is resolved. Rows are only ever added.';
            comment on column %1$s.plan_comment.comment is 'The digest of the comment, by whose first digits people name it.';
            comment on column %1$s.plan_comment.resolves is 'The digest of the comment that is resolved by this one; null for a question.';
            comment on column %1$s.plan_comment.principal is 'The person, as the file of allowed signers names them.';
            comment on column %1$s.plan_comment.document is 'All of it with its signature, as it stood beside the plan.';
            create or replace trigger plan_comment_append_only before update or delete or truncate on %1$s.plan_comment
              for each statement execute function %1$s.refuse_change();
            alter table %1$s.plan_comment enable always trigger plan_comment_append_only;
            """.formatted(identifier(schema));
    }
}
