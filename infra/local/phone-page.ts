/** The phone's page: what arrives, newest at the bottom; text boxes to answer with. Message text is only ever set as text. */
export const PHONE_PAGE = `<!doctype html>
<html lang="en-GB">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Local phone</title>
<link rel="stylesheet" href="/phone.css"></head>
<body><main>
<header><h1>Local phone</h1><p>Everything that Pageturner sends on this machine. Nothing leaves it.</p>
<label>Whose phone <select id="who"><option value="">everybody's</option></select></label></header>
<ol id="messages" aria-live="polite" aria-label="Messages"></ol>
<form id="reply"><label for="text">Reply as <span id="as">the person texted last</span></label>
<div><input id="text" name="text" autocomplete="off" placeholder="ACK"><button>Send</button></div></form>
</main><script src="/phone.js"></script></body></html>`;

export const PHONE_STYLE = `
:root { color-scheme: dark; }
* { box-sizing: border-box; }
body { margin: 0; background: #0b0d10; color: #e9edf1; font: 1rem/1.45 system-ui, sans-serif; }
main { max-width: 27rem; min-height: 100vh; margin: 0 auto; background: #14181d; display: flex; flex-direction: column; border-inline: 1px solid #2c343c; }
header { padding: 0.8rem 1rem; border-bottom: 1px solid #2c343c; }
h1 { font-size: 1.15rem; margin: 0; }
header p { margin: 0.1rem 0 0.6rem; color: #a9b3bd; font-size: 0.9rem; }
select, input, button { font: inherit; min-height: 2.75rem; border-radius: 0.5rem; border: 1px solid #4a5661; background: #0b0d10; color: inherit; padding: 0 0.7rem; }
#messages { list-style: none; margin: 0; padding: 0.8rem; flex: 1; display: flex; flex-direction: column; gap: 0.7rem; justify-content: flex-end; }
#messages li { background: #222a32; border-radius: 0.9rem; padding: 0.6rem 0.8rem; max-width: 94%; }
#messages li.voice { background: #3a2b14; } #messages li.email { background: #1d2f3f; } #messages li.slack { background: #34203c; }
#messages li.you { background: #1d5a33; align-self: flex-end; }
.meta { color: #c2cad2; font-size: 0.8rem; display: block; margin-bottom: 0.2rem; }
.text { white-space: pre-wrap; overflow-wrap: anywhere; }
.text a { color: #9ecbff; }
.keys { display: flex; gap: 0.4rem; margin-top: 0.5rem; }
#reply { position: sticky; bottom: 0; background: #14181d; border-top: 1px solid #2c343c; padding: 0.7rem 0.8rem; }
#reply div { display: flex; gap: 0.5rem; margin-top: 0.3rem; } #reply input { flex: 1; min-width: 0; }
button { background: #2e7d46; border-color: #2e7d46; color: #fff; font-weight: 600; }
:focus-visible { outline: 3px solid #9ecbff; outline-offset: 2px; }
`;

export const PHONE_SCRIPT = `
'use strict';
const list = document.getElementById('messages');
const who = document.getElementById('who');
const as = document.getElementById('as');
let baseUrl = '';
let last = null;
const seen = new Set();
const numbers = new Map();

function show(message) {
  if (seen.has(message.n)) return;
  seen.add(message.n);
  if (message.channel === 'sms') { last = message.to; if (who.value === '') as.textContent = message.name || message.to; }
  if ((message.channel === 'sms' || message.channel === 'voice') && !numbers.has(message.to)) {
    numbers.set(message.to, message.name || message.to);
    const option = document.createElement('option');
    option.value = message.to;
    option.textContent = message.name || message.to;
    who.append(option);
  }
  const item = document.createElement('li');
  item.className = message.channel;
  item.dataset.to = message.to;
  item.dataset.channel = message.channel;
  const meta = document.createElement('span');
  meta.className = 'meta';
  const time = new Date(message.at).toLocaleTimeString('en-GB');
  meta.textContent = message.channel === 'you' ? (message.name || message.to) + ' replied, ' + time : (message.channel === 'voice' ? 'Call' : message.channel === 'sms' ? 'SMS' : message.channel) + ' to ' + (message.name || message.to) + ', ' + time;
  const text = document.createElement('div');
  text.className = 'text';
  link(text, message.text);
  item.append(meta, text);
  if (message.keys) {
    const keys = document.createElement('div');
    keys.className = 'keys';
    for (const [digit, what] of [['4', 'acknowledge'], ['6', 'pass on'], ['9', 'again']]) {
      const key = document.createElement('button');
      key.type = 'button';
      key.textContent = digit + ' ' + what;
      key.addEventListener('click', () => fetch('/key', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ n: message.n, digit }) }));
      keys.append(key);
    }
    item.append(keys);
  }
  item.hidden = who.value !== '' && who.value !== message.to;
  list.append(item);
  item.scrollIntoView({ block: 'end' });
}

// Only addresses of this Pageturner become links; the rest stays text.
function link(into, text) {
  for (const part of text.split(/(https?:\\/\\/\\S+)/)) {
    if (part.startsWith(baseUrl + '/')) {
      const a = document.createElement('a');
      a.href = part; a.textContent = part; a.target = '_blank'; a.rel = 'noopener';
      into.append(a);
    } else into.append(part);
  }
}

who.addEventListener('change', () => {
  as.textContent = who.value === '' ? 'the person texted last' : numbers.get(who.value);
  for (const item of list.children) item.hidden = who.value !== '' && item.dataset.to !== who.value;
});
document.getElementById('reply').addEventListener('submit', async (event) => {
  event.preventDefault();
  const text = document.getElementById('text');
  const from = who.value || last;
  if (!from) { as.textContent = 'nobody yet: no text has arrived'; return; }
  await fetch('/reply', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ from, text: text.value }) });
  text.value = '';
});
async function catchUp() {
  const answer = await (await fetch('/messages')).json();
  baseUrl = answer.baseUrl;
  answer.messages.forEach(show);
}
const events = new EventSource('/events');
events.onmessage = (event) => show(JSON.parse(event.data));
events.onopen = catchUp;
catchUp();
`;
