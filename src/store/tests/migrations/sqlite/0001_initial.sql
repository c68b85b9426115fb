-- Rows of every table, as the first version wrote them. `miss_queue` and `ticket_terms_due` are filled by triggers.

INSERT INTO seen (id, message, channel, account, fingerprint, at, received)
VALUES (1, 'm1', 'g1', 'qq', 0, 0, 1790000001000000);

INSERT INTO inbox (message, channel, account, at, received) VALUES ('m0', 'g1', 'qq', 1790000000000000, 1790000000000000);

INSERT INTO quarantine (id, at, account, channel, member, message, kind, reason, payload)
VALUES (1, 1790000001000000, 'qq', 'g1', 'u1', 'm1', 'message', 'x', 'x');

INSERT INTO channels (channel, account, state, wake_at, touched)
VALUES ('g1', 'qq', '{}', 1790000001000000, 1790000001000000);

INSERT INTO tickets (number, account, channel, member, status, opened, data)
VALUES (1, 'qq', 'g1', 'u1', 'closed', 1790000005000000, '{"number":1,"place":{"account":"qq","channel":"g1"},"place_name":"用户群","kind":"group","language":"zh","member":"u1","member_name":"小明","message":"m1","link":"https://t.me/c/1/2","subject":"转人工","earlier":"服务器连不上","transcript":"转人工","reason":"asked for a human","opened":"2026-09-21T14:13:25Z","rooms":[{"account":"qq","channel":"staff"}],"status":"closed","owner":null,"watchers":[{"member":"u2","name":"小红"}],"member_spoke":"2026-09-21T14:13:25Z","staff_acted":null,"first_reply":null,"ended":null,"in_digest":true,"tier":1,"targets":{"first_response":"PT30M"},"warned":["first_response_soon"],"pauses":[{"from":"2026-09-21T14:13:26Z","to":null}],"window":{"until":"2026-09-21T14:18:20Z","left":4,"warned":false},"told_closed":"2026-09-21T14:13:25Z","unclaimed_since":"2026-09-21T14:13:27Z","urgent":true,"asks_for_human":true,"unreached":[{"room":{"account":"qq","channel":"staff"},"state":"under_way","refused":0}],"told_unreached":true,"crowd":"told"}');
INSERT INTO tickets (number, account, channel, member, status, opened, data)
VALUES (2, 'qq', 'g1', 'u2', 'open', 1790000005000000, '{"number":2,"place":{"account":"qq","channel":"g1"},"place_name":"用户群","kind":"group","language":"zh","member":"u2","member_name":"小明","message":"m1","link":"https://t.me/c/1/2","subject":"转人工","earlier":"服务器连不上","transcript":"转人工","reason":"asked for a human","opened":"2026-09-21T14:13:25Z","rooms":[{"account":"qq","channel":"staff"}],"status":"open","owner":null,"watchers":[],"member_spoke":"2026-09-21T14:13:25Z","staff_acted":null,"first_reply":null,"ended":null,"in_digest":true,"tier":1,"targets":{"first_response":"PT30M"},"warned":["first_response_soon"],"pauses":[{"from":"2026-09-21T14:13:26Z","to":null}],"window":{"until":"2026-09-21T14:18:20Z","left":4,"warned":false},"told_closed":"2026-09-21T14:13:25Z","unclaimed_since":"2026-09-21T14:13:27Z","urgent":true,"asks_for_human":true,"unreached":[{"room":{"account":"qq","channel":"staff"},"state":"under_way","refused":0}],"told_unreached":true,"crowd":"told"}');

INSERT INTO ticket_lines (id, ticket, at, kind, who, text, account, channel, message)
VALUES (1, 1, 1790000006000000, 'member', '小明 (u1)', '装不上', 'qq', 'g1', 'm1');

INSERT INTO ticket_terms (term, ticket) VALUES ('装', 1);

INSERT INTO outbox (id, account, channel, state, attempts, decided, not_before, settled_at, answers, message, reply, about)
VALUES (1, 'qq', 'g1', 1, 0, 1790000001000000, 1790000001000000, 1790000009000000, 'm1', 'p1', '{"channel":"g1","kind":"group","quote":"m1","segments":[{"mention":"u1"},{"text":"x"}]}', '{"ticket":1,"report":{"room":{"account":"qq","channel":"g1"},"message":"s1"}}');
INSERT INTO outbox (id, account, channel, state, attempts, decided, not_before, answers, reply)
VALUES (2, 'qq', 'g1', 0, 0, 1790000001000000, 1790000001000000, 'm1', '{"channel":"g1","kind":"group","quote":"m1","segments":[{"mention":"u1"},{"text":"y"}]}');
INSERT INTO outbox (id, account, channel, state, attempts, decided, not_before, answers, reply, caller)
VALUES (3, 'qq', 'g1', 0, 0, 1790000001000000, 1790000001000000, 'm1', '{"channel":"g1","kind":"group","quote":"m1","segments":[{"mention":"u1"},{"text":"有人在找你们"}]}', '{"place":{"account":"qq","channel":"g1"},"member":"u9"}');

INSERT INTO memos (owner, key, value)
VALUES ('account:mail', 'uid', '7');

INSERT INTO vectors (id, model, key, vector)
VALUES (1, 'm', X'0101010101010101010101010101010101010101010101010101010101010101', X'0000803F000000BF');

INSERT INTO faq_contents (version, content)
VALUES ('76657273696f6e3a20310a6661713a205b5d0a', X'76657273696F6E3A20310A6661713A205B5D0A');

INSERT INTO faq_versions (id, version, at, source, author, note, bytes)
VALUES (1, '76657273696f6e3a20310a6661713a205b5d0a', 1790000001000000, 'chat', '老王', 'ticket-12', 19);

INSERT INTO decisions (id, at, account, channel, member, message, called, question, act, decision, rule, entry, confidence, needed, best, faq_version, language, shadow, text, joined, label, labelled_at, labelled_by)
VALUES (1, 1790000001000000, 'qq', 'g1', 'u1', 'm1', 1, 1, 'ask', 'answer', 'called_and_known', 'office-hours', 987, 500, 'office-hours:987,refund:10,@human:1', '0123456789ab', 'zh', 0, '请问一下你们客服周末几点上班呀，在线等', 'm2', 1, 1790000006000000, 'boss');
INSERT INTO decisions (id, at, account, channel, member, message, called, question, act, decision, rule, entry, confidence, needed, best, faq_version, language, shadow, text, outcome, outcome_at, outcome_by)
VALUES (2, 1790000002000000, 'qq', 'g1', 'u1', 'm2', 1, 1, 'ask', 'answer', 'called_and_known', 'office-hours', 987, 500, 'office-hours:987,refund:10,@human:1', '0123456789ab', 'zh', 0, '请问一下你们客服周末几点上班呀，在线等', 1, 1790000005000000, 'u1');
INSERT INTO decisions (id, at, account, channel, member, message, called, question, act, decision, rule, confidence, needed, best, faq_version, language, shadow, text, outcome, outcome_at, outcome_by)
VALUES (3, 1790000021000000, 'qq', 'g1', 'u1', 'm21', 0, 1, 'ask', 'quiet', 'not_certain', 987, 500, 'office-hours:987,refund:10,@human:1', '0123456789ab', 'zh', 0, '审计日志怎么导出 m21', 3, 1790000031000000, 'u1');
INSERT INTO decisions (id, at, account, channel, member, message, called, question, act, decision, rule, confidence, needed, best, faq_version, language, shadow, text, outcome, outcome_at, outcome_by)
VALUES (4, 1790000022000000, 'qq', 'g1', 'u2', 'm22', 0, 1, 'ask', 'quiet', 'not_certain', 987, 500, 'office-hours:987,refund:10,@human:1', '0123456789ab', 'zh', 0, '审计日志怎么导出 m22', 1, 1790000031000000, 'u1');

INSERT INTO decision_counts (hour, account, channel, rule, messages)
VALUES (497222, 'qq', 'g1', 'not_a_question', 3);

INSERT INTO miss_groups (id, state, rank, sum, messages, members, first_at, last_at, changed)
VALUES (1, 'open', 1.48341302232766133776e+03, 1.48241302232766133787e+03, 2, 2, 1790000021000000, 1790000022000000, 0);

INSERT INTO misses (decision, grp, at, account, member, weight)
VALUES (3, 1, 1790000021000000, 'qq', 'u1', 5);
INSERT INTO misses (decision, grp, at, account, member, weight)
VALUES (4, 1, 1790000022000000, 'qq', 'u2', 1);

INSERT INTO staff_answers (decision, at, account, staff, text)
VALUES (3, 1790000031000000, 'qq', 'u1', '在设置里');

INSERT INTO dashboard_users (name, data)
VALUES ('boss', '{"name":"boss"}');

INSERT INTO dashboard_sessions (token, user, created, seen, agent)
VALUES (X'0707070707070707070707070707070707070707070707070707070707070707', 'boss', 1790000001000000, 1790000002000000, 'Firefox');

INSERT INTO dashboard_drafts (ticket, user, text)
VALUES (2, 'boss', '您好');

INSERT INTO dashboard_audit (id, at, who, action, detail)
VALUES (1, 1790000001000000, 'boss', 'login', '');
