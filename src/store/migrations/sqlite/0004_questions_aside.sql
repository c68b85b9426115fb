-- Decisions on questions that somebody said are none for the FAQ: they are in no group of unanswered questions.
ALTER TABLE decisions ADD COLUMN aside INTEGER; -- 1, or NULL
