-- Contract: assistant is no longer known. New rows are checked at once, old ones by the next migration. It
-- waits until no row has the old name: one that has was written by a program that is not deployed anew yet,
-- and which this migration would break.
-- lockkeeper:before select not exists (select from public.chat_message where role = 'assistant')
alter table public.chat_message drop constraint chat_message_role_known;

alter table public.chat_message
    add constraint chat_message_role_known check (role in ('user', 'ai', 'system')) not valid;

comment on constraint chat_message_role_known on public.chat_message is 'The user, the AI or the system speaks.';
comment on column public.chat_message.role is 'Who speaks: user, ai or system.';
