-- What labels say of a channel is counted from this index alone.
CREATE INDEX decisions_judgements ON decisions (account, channel, label, outcome, shadow, entry)
WHERE entry IS NOT NULL AND (label IS NOT NULL OR outcome IS NOT NULL);
