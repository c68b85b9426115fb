-- The member whom a notice without a ticket is about, as JSON: it holds their words, and leaves with them.
ALTER TABLE outbox ADD COLUMN caller TEXT;
