-- Contract: assistant is no longer known. New rows are checked at once, old ones by the next migration.
alter table public.chat_message drop constraint chat_message_role_known;

alter table public.chat_message
    add constraint chat_message_role_known check (role in ('user', 'ai', 'system')) not valid;

comment on constraint chat_message_role_known on public.chat_message is 'The user, the AI or the system speaks.';
comment on column public.chat_message.role is 'Who speaks: user, ai or system.';
