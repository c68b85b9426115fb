UPDATE decisions SET aside = 1 WHERE id = (SELECT max(id) FROM decisions);
