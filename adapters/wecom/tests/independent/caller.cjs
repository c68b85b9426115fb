// WeCom's own cryptography against the robot's callback address: checks the address, posts a message, reads the answer.
// `peer.cjs` says how to get the package.
const [sdk, url, token, key] = process.argv.slice(2);
const { WecomCrypto } = require(sdk);
const crypto = new WecomCrypto(token, key, '');
const tell = (what, more) => console.log(JSON.stringify({ what, ...more }));
const sealed = (text, nonce) => {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const { encrypt, signature } = crypto.encrypt(text, timestamp, nonce);
  return { encrypt, query: new URLSearchParams({ msg_signature: signature, timestamp, nonce }) };
};
(async () => {
  const echo = sealed('echo 你好', 'n1');
  echo.query.set('echostr', echo.encrypt);
  const checked = await fetch(`${url}?${echo.query}`);
  tell('checked', { status: checked.status, text: await checked.text() });
  const body = {
    msgid: 'M1', aibotid: 'B', chattype: 'single', from: { userid: 'li' }, msgtype: 'text', text: { content: '怎么退款' },
  };
  const asked = sealed(JSON.stringify(body), 'n2');
  const answer = await fetch(`${url}?${asked.query}`, { method: 'POST', body: JSON.stringify({ encrypt: asked.encrypt }) });
  const envelope = await answer.json();
  const right = crypto.verifySignature(envelope.msgsignature, String(envelope.timestamp), envelope.nonce, envelope.encrypt);
  tell('answered', { status: answer.status, right, nonce: envelope.nonce, said: JSON.parse(crypto.decrypt(envelope.encrypt)) });
})().catch((error) => tell('error', { text: String(error) }));
