-- Migrate: run it when every program writes ai. Each batch locks the rows that it changes, and nothing else.
-- lockkeeper:backfill public.chat_message id batch=5000
update public.chat_message set role = 'ai' where role = 'assistant' and id between :low and :high;
