UPDATE desks SET pass = 'secret' WHERE desk = 'main';

INSERT INTO standbys (desk, node, address, seen)
VALUES ('main', 'node-b', 'http://10.0.0.6:8080', '2026-09-21T14:13:26Z');
