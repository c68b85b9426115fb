// WeCom's own client against the fake gateway: subscribes, answers a message with a stream and a card, marks a press, and
// pushes. What it saw goes to standard output, a line of JSON each.
//
//     npm install @wecom/aibot-node-sdk@1.0.7
//     GROUPDESK_AIBOT_SDK=$PWD/node_modules/@wecom/aibot-node-sdk cargo test -p groupdesk-wecom independent
const [sdk, url, botId, secret] = process.argv.slice(2);
const { WSClient, generateReqId } = require(sdk);
const tell = (what, more) => console.log(JSON.stringify({ what, ...more }));
const quiet = { debug() {}, info() {}, warn(...a) { tell('warning', { text: a.join(' ') }); }, error(...a) { tell('error', { text: a.join(' ') }); } };
const client = new WSClient({ botId, secret, wsUrl: url, logger: quiet, heartbeatInterval: 1000 });
const button = { text: '有用', style: 1, key: '4:/yes有用' };
const card = { card_type: 'button_interaction', main_title: { title: 'x' }, button_list: [button], task_id: 'gd-r1-1' };
client.on('authenticated', () => tell('authenticated'));
client.on('message.text', async (frame) => {
  tell('message', { body: frame.body });
  const first = await client.replyStreamWithCard(frame, generateReqId('stream'), '三天内退款', true, { templateCard: card });
  tell('answered', { code: first.errcode });
  const pushed = await client.sendMessage(frame.body.chatid || frame.body.from.userid, { msgtype: 'markdown', markdown: { content: '还有' } });
  tell('pushed', { code: pushed.errcode });
});
client.on('event.template_card_event', async (frame) => {
  const event = frame.body.event.template_card_event || frame.body.event;
  tell('press', { key: event.event_key, task: event.task_id });
  const update = await client.updateTemplateCard(frame, { ...card, main_title: { title: '✓' } }, [frame.body.from.userid]);
  tell('marked', { code: update.errcode });
});
client.on('event.enter_chat', async (frame) => {
  const welcome = await client.replyWelcome(frame, { msgtype: 'text', text: { content: '你好' } });
  tell('greeted', { code: welcome.errcode });
});
client.on('event.disconnected_event', () => tell('kicked'));
client.connect();
process.stdin.on('end', () => process.exit(0)).resume();
