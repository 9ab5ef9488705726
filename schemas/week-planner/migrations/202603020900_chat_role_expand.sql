-- The AI is called ai, no longer assistant. Expand: both names are known, so that programs can be changed
-- one after the other.
--
-- NOT VALID: every row fits the wider rule already, and need not be read under the lock.
-- lockkeeper:allow-file CP07 the policy takes the new name of the AI beside the old one
alter table public.chat_message drop constraint chat_message_role_known;

alter table public.chat_message
    add constraint chat_message_role_known check (role in ('user', 'assistant', 'ai', 'system')) not valid;

comment on constraint chat_message_role_known on public.chat_message is
    'The user, the AI (assistant is its old name) or the system speaks.';
comment on column public.chat_message.role is 'Who speaks: user, ai (before: assistant) or system.';

-- Row-level security is forced, so it binds the owner, too: an update without this policy would find no
-- row, change nothing, and say nothing.
create policy chat_message_backfill on public.chat_message for all to current_user
    using (role in ('assistant', 'ai')) with check (role in ('assistant', 'ai'));

comment on policy chat_message_backfill on public.chat_message is
    'Lets the owner rename what the AI said, until the rename is over.';
