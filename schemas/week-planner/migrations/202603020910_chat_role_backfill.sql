-- Migrate: run it when every program writes ai. It locks the rows that it changes, and nothing else.
update public.chat_message set role = 'ai' where role = 'assistant';
