-- Decisions that a person or what followed has judged: the lessons of the calibration are found without reading the others.
CREATE INDEX decisions_judged ON decisions (at) WHERE label IS NOT NULL OR outcome IS NOT NULL;
