-- Takes 202603090910 back. PostgreSQL cannot unvalidate a constraint: it is added again as it was.
create policy chat_message_backfill on public.chat_message for all to current_user
    using (role in ('assistant', 'ai')) with check (role in ('assistant', 'ai'));

comment on policy chat_message_backfill on public.chat_message is
    'Lets the owner rename what the AI said, until the rename is over.';

alter table public.chat_message drop constraint chat_message_role_known;

alter table public.chat_message
    add constraint chat_message_role_known check (role in ('user', 'ai', 'system')) not valid;

comment on constraint chat_message_role_known on public.chat_message is 'The user, the AI or the system speaks.';
