-- What a member asked behind "that did not help" is a question that nobody answered, too.
DROP TRIGGER misses_new;
DROP TRIGGER misses_changed;

CREATE TRIGGER misses_new AFTER INSERT ON decisions
WHEN new.question = 1 AND new.joined IS NULL AND new.text IS NOT NULL
    AND new.rule IN ('not_certain', 'called_but_unknown', 'called_again_without_answer', 'several_fit', 'doubted_answer',
        'did_not_help')
BEGIN
    INSERT INTO miss_queue (decision)
    SELECT new.id WHERE NOT EXISTS (SELECT 1 FROM miss_queue WHERE decision = new.id);
END;

CREATE TRIGGER misses_changed AFTER UPDATE OF rule, question, joined, ticket, text, outcome, label ON decisions
WHEN new.question = 1 AND (
    new.rule IN ('not_certain', 'called_but_unknown', 'called_again_without_answer', 'several_fit', 'doubted_answer',
        'did_not_help')
    OR old.rule IN ('not_certain', 'called_but_unknown', 'called_again_without_answer', 'several_fit', 'doubted_answer',
        'did_not_help')
    OR new.outcome IN (4, 5) OR old.outcome IN (4, 5) OR new.label = 2 OR old.label = 2)
BEGIN
    INSERT INTO miss_queue (decision)
    SELECT new.id WHERE NOT EXISTS (SELECT 1 FROM miss_queue WHERE decision = new.id);
END;
