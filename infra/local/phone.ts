/**
 * The local phone: answers the carriers' APIs on loopback (AWS End User Messaging SMS and voice, SES v2, Slack, webhooks),
 * keeps what arrives, and shows it on a page where a person can answer.
 *
 * Promises: a message is on disk before its sender has the answer, so nothing that was "sent" is forgotten by a crash.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import { spokenWords } from '../../shared/message/speech.ts';
import { PHONE_PAGE, PHONE_SCRIPT, PHONE_STYLE } from './phone-page.ts';

export type Received = {
  n: number;
  at: string;
  channel: 'sms' | 'voice' | 'email' | 'slack' | 'teams' | 'webhook' | 'you';
  to: string;
  /** Whose number, address or id this is, where the catalogue says. */
  name?: string;
  text: string;
  /** What the sender's own context says: which page. */
  page?: string;
};

export type Phone = {
  server: Server;
  messages: () => Received[];
  /** Calls back for each message as it arrives. */
  watch: (listener: (message: Received) => void) => () => void;
};

export type PhoneOptions = {
  file: string;
  /** Whose address this is. */
  nameOf: (address: string) => string | undefined;
  /** Publishes a reply as the carrier would. */
  reply: (from: string, text: string) => Promise<void>;
  /** Where Pageturner itself listens: the only place that links are opened to. */
  baseUrl: string;
};

/** The page shows the newest of them; a file that grows without end would slow each start. */
const MAX_SHOWN = 500;

export function startPhone(options: PhoneOptions): Phone {
  const received = load(options.file);
  const listeners = new Set<(message: Received) => void>();
  const keep = (message: Omit<Received, 'n' | 'at' | 'name'>) => {
    const name = options.nameOf(message.to);
    const whole: Received = {
      n: received.length,
      at: new Date().toISOString(),
      ...message,
      ...(name === undefined ? {} : { name }),
    };
    appendFileSync(options.file, `${JSON.stringify(whole)}\n`);
    received.push(whole);
    for (const listener of listeners) listener(whole);
    return `local-${whole.n}`;
  };

  const app = new Hono();
  // Only this machine's browser may drive the phone: another site's page must not reply in somebody's name.
  app.use(async (c, next) => {
    const site = c.req.header('sec-fetch-site');
    if (c.req.method !== 'GET' && site !== undefined && site !== 'same-origin' && site !== 'none')
      return c.text('Refused: another site.', 403);
    return next();
  });
  app.get('/', (c) => c.html(PHONE_PAGE));
  app.get('/phone.css', (c) => c.body(PHONE_STYLE, 200, { 'content-type': 'text/css' }));
  app.get('/phone.js', (c) => c.body(PHONE_SCRIPT, 200, { 'content-type': 'text/javascript' }));
  app.get('/messages', (c) => c.json({ baseUrl: options.baseUrl, messages: received.slice(-MAX_SHOWN) }));
  app.get('/events', (c) =>
    streamSSE(c, async (stream) => {
      const queue: Received[] = [];
      let wake = () => {};
      const listener = (message: Received) => {
        queue.push(message);
        wake();
      };
      listeners.add(listener);
      stream.onAbort(() => {
        listeners.delete(listener);
        wake();
      });
      while (!stream.aborted) {
        const next = queue.shift();
        if (next) await stream.writeSSE({ data: JSON.stringify(next) });
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
    }),
  );
  app.post('/reply', async (c) => {
    const { from, text } = await c.req.json<{ from: string; text: string }>();
    keep({ channel: 'you', to: from, text });
    await options.reply(from, text);
    return c.json({ ok: true });
  });

  app.post('/', async (c) => {
    const action = c.req.header('x-amz-target')?.split('.')[1];
    const body = await c.req.json<Record<string, unknown>>();
    const to = String(body['DestinationPhoneNumber'] ?? '');
    const page = (body['Context'] as { page?: string } | undefined)?.page;
    const mark = page === undefined ? {} : { page };
    if (action === 'SendTextMessage')
      return c.json({ MessageId: keep({ channel: 'sms', to, text: String(body['MessageBody']), ...mark }) });
    if (action === 'SendVoiceMessage')
      return c.json({
        MessageId: keep({ channel: 'voice', to, text: spokenWords(String(body['MessageBody'])), ...mark }),
      });
    return c.json({ __type: 'ValidationException', Message: `The local phone does not know ${action}` }, 400);
  });
  app.post('/v2/email/outbound-emails', async (c) => {
    const mail = await c.req.json<{
      Destination: { ToAddresses: string[] };
      Content: { Simple: { Subject: { Data: string }; Body: { Text: { Data: string } } } };
    }>();
    const { Subject, Body } = mail.Content.Simple;
    return c.json({
      MessageId: keep({
        channel: 'email',
        to: mail.Destination.ToAddresses.join(', '),
        text: `${Subject.Data}\n\n${Body.Text.Data}`,
      }),
    });
  });
  app.post('/2010-04-01/Accounts/:account/:what', async (c) => {
    const form = await c.req.parseBody();
    const isCall = c.req.param('what') === 'Calls.json';
    const said = isCall ? spokenWords(String(form['Twiml'])) : String(form['Body']);
    const sid = keep({ channel: isCall ? 'voice' : 'sms', to: String(form['To']), text: said });
    return c.json({ sid, status: 'queued' }, 201);
  });
  app.post('/slack/response', async (c) => {
    const { text } = await c.req.json<{ text: string }>();
    keep({ channel: 'slack', to: 'only you', text });
    return c.json({ ok: true });
  });
  app.post('/slack/chat.update', async (c) => {
    const update = await c.req.json<SlackPost & { ts: string }>();
    keep({ channel: 'slack', to: update.channel, text: `(message ${update.ts} now says)\n${slackText(update)}` });
    return c.json({ ok: true, channel: update.channel, ts: update.ts });
  });
  app.post('/slack/chat.postMessage', async (c) => {
    const post = await c.req.json<SlackPost>();
    const ts = keep({
      channel: 'slack',
      to: post.channel,
      text: slackText(post),
      ...(post.client_msg_id === undefined ? {} : { page: post.client_msg_id }),
    });
    return c.json({ ok: true, channel: post.channel, ts });
  });
  app.post('/teams/:name', async (c) => {
    keep({ channel: 'teams', to: c.req.param('name'), text: JSON.stringify(await c.req.json(), null, 1) });
    return c.body(null, 202);
  });
  app.post('/webhook/:name', async (c) => {
    keep({ channel: 'webhook', to: c.req.param('name'), text: await c.req.text() });
    return c.body(null, 204);
  });

  return {
    server: createAdaptorServer({ fetch: app.fetch }) as Server,
    messages: () => received,
    watch: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

type SlackPost = {
  channel: string;
  client_msg_id?: string;
  blocks: {
    type: string;
    elements: { text?: { text: string }; url?: string; elements?: { text?: string; name?: string }[] }[];
  }[];
};

/** A message as a reader sees it: its lines, then its buttons. */
function slackText({ blocks }: SlackPost): string {
  return blocks
    .flatMap(({ elements }) => elements)
    .map(({ text, url, elements }) =>
      elements
        ? elements
            .map((part) => part.text ?? `:${part.name}:`)
            .join('')
            .trimEnd()
        : (url ?? `[${text?.text}]`),
    )
    .join('\n');
}

/** What arrived before; a last line that a crash cut short is left out. */
function load(file: string): Received[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        return line === '' ? [] : [JSON.parse(line) as Received];
      } catch {
        return [];
      }
    });
}
