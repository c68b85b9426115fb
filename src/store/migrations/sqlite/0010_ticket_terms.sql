-- The terms by which tickets are found. They are made when tickets are searched, of those that changed since: the triggers name them.
-- Whatever deletes a part of a ticket deletes its terms with it.
CREATE TABLE ticket_terms (
    term   TEXT    NOT NULL,
    ticket INTEGER NOT NULL,
    PRIMARY KEY (term, ticket)
) WITHOUT ROWID;

CREATE INDEX ticket_terms_ticket ON ticket_terms (ticket);

-- Tickets whose terms are to be made.
CREATE TABLE ticket_terms_due (
    ticket INTEGER PRIMARY KEY
);

INSERT INTO ticket_terms_due (ticket) SELECT number FROM tickets;

CREATE TRIGGER ticket_terms_opened AFTER INSERT ON tickets BEGIN
    INSERT INTO ticket_terms_due (ticket)
    SELECT NEW.number WHERE NOT EXISTS (SELECT 1 FROM ticket_terms_due WHERE ticket = NEW.number);
END;

CREATE TRIGGER ticket_terms_changed AFTER UPDATE OF data ON tickets WHEN NEW.data ->> '$.subject' <> OLD.data ->> '$.subject' BEGIN
    INSERT INTO ticket_terms_due (ticket)
    SELECT NEW.number WHERE NOT EXISTS (SELECT 1 FROM ticket_terms_due WHERE ticket = NEW.number);
END;

CREATE TRIGGER ticket_terms_said AFTER INSERT ON ticket_lines BEGIN
    INSERT INTO ticket_terms_due (ticket)
    SELECT NEW.ticket WHERE NOT EXISTS (SELECT 1 FROM ticket_terms_due WHERE ticket = NEW.ticket);
END;

CREATE TRIGGER ticket_terms_unsaid AFTER DELETE ON ticket_lines BEGIN
    DELETE FROM ticket_terms WHERE ticket = OLD.ticket;
    INSERT INTO ticket_terms_due (ticket)
    SELECT OLD.ticket WHERE NOT EXISTS (SELECT 1 FROM ticket_terms_due WHERE ticket = OLD.ticket);
END;

CREATE TRIGGER ticket_terms_forgotten AFTER DELETE ON tickets BEGIN
    DELETE FROM ticket_terms WHERE ticket = OLD.number;
    DELETE FROM ticket_terms_due WHERE ticket = OLD.number;
END;
