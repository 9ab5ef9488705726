-- Takes 202603020910 back. Whoever spoke as ai spoke as assistant before.
-- lockkeeper:accept-loss public.chat_message.role: ai and assistant say the same, and ai is not known to the programs of before
-- lockkeeper:backfill public.chat_message id batch=5000
update public.chat_message set role = 'assistant' where role = 'ai' and id between :low and :high;
