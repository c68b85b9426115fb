INSERT INTO web_messages (account, visitor, id, at, content)
VALUES ('site', 'v:1', 'm1', 1764500000000000, '{"text":"几点上班"}');
INSERT INTO api_keys (hash, account, name, creator, created, used, ended)
VALUES (x'00ff', 'site', 'crm', 'ann', 1764500000000000, NULL, NULL);
