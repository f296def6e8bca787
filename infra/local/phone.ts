/**
 * The local phone: answers the carriers' APIs on loopback (AWS End User Messaging SMS and voice, SES v2, Slack, webhooks),
 * keeps what arrives, and shows it on a page where a person can answer.
 *
 * Promises: a message is on disk before its sender has the answer, so nothing that was "sent" is forgotten by a crash.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import { spokenWords } from '../../shared/message/speech.ts';
import { answerAws } from './aws/account.ts';
import type { Service } from './aws/model.ts';
import { asXml, readQuery, rolesXml } from './aws/query.ts';
import { receiveText } from './aws/sms-voice.ts';
import { type AccountState, freshAccount, type Handed } from './aws/state.ts';
import { PHONE_PAGE, PHONE_SCRIPT, PHONE_STYLE } from './phone-page.ts';
import { actionOf, callBack } from './twilio.ts';

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
  /** A call that waits for a key. */
  keys?: true;
};

export type Phone = {
  server: Server;
  messages: () => Received[];
  /** The account that answers: tests seed faults in it. */
  account: AccountState;
  /** Says what became of a message, as the configuration sets of the account ask to be told. */
  receipt: (page: string, eventType: string) => Promise<void>;
  /** Calls back for each message as it arrives. */
  watch: (listener: (message: Received) => void) => () => void;
};

export type PhoneOptions = {
  file: string;
  /** Whose address this is. */
  nameOf: (address: string) => string | undefined;
  /** The number that the account has from the first. */
  number: string;
  /** Publishes to a topic, as the carrier does. */
  publish: (topic: string, message: string) => Promise<void>;
  /** Where Pageturner itself listens: the only place that links are opened to. */
  baseUrl: string;
  /** The tracker beside it, at `/tracker`. */
  tracker?: Hono;
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
  if (options.tracker !== undefined) app.route('/tracker', options.tracker);
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
  const account = freshAccount(options.number);
  /** Texts to a phone that came by Twilio are answered there. `calls`: where the key of a call goes, by the message. */
  const byTwilio = new Map<string, string>();
  const calls = new Map<number, { action: string; token: string }>();
  const keepCall = (to: string, twiml: string, token: string) => {
    const action = actionOf(twiml);
    if (action !== undefined) calls.set(received.length, { action, token });
    return keep({ channel: 'voice', to, text: spokenWords(twiml), ...(action === undefined ? {} : { keys: true }) });
  };

  app.post('/reply', async (c) => {
    const { from, text } = await c.req.json<{ from: string; text: string }>();
    keep({ channel: 'you', to: from, text });
    const token = byTwilio.get(from);
    if (token !== undefined) await callBack(`${options.baseUrl}/twilio/sms`, { From: from, Body: text }, token);
    else await receive(from, text);
    return c.json({ ok: true });
  });
  const receive = async (from: string, text: string) => {
    // The newest number: one that the template requested, where it did.
    const to = account.numbers.at(-1)?.PhoneNumber ?? options.number;
    const { topic, answer } = receiveText(account, from, to, text);
    if (answer !== undefined) keep({ channel: 'sms', to: from, text: answer });
    const inbound = {
      originationNumber: from,
      destinationNumber: to,
      messageKeyword: 'KEYWORD_LOCAL',
      messageBody: text,
    };
    if (topic !== undefined)
      await options.publish(topic, JSON.stringify({ ...inbound, inboundMessageId: `local-${received.length}` }));
  };
  app.post('/key', async (c) => {
    const { n, digit } = await c.req.json<{ n: number; digit: string }>();
    const call = calls.get(n);
    if (!call) return c.text('This call is over.', 404);
    const to = received[n]!.to;
    keep({ channel: 'you', to, text: `(pressed ${digit})` });
    keepCall(to, await callBack(call.action, { Digits: digit, CallSid: `local-${n}` }, call.token), call.token);
    return c.json({ ok: true });
  });

  const answer = (c: Context, service: Service, operation: string, request: unknown) => {
    const handed = (message: Handed) => {
      // Whose last text came from a number of AWS answers there.
      if (message.channel === 'sms') byTwilio.delete(message.to);
      return keep(message);
    };
    const hand = { hand: handed, now: Date.now };
    const { status, body, error } = answerAws(account, { service, operation, request }, hand);
    const headers = error === undefined ? {} : { 'x-amzn-errortype': error };
    return service === 'sns'
      ? c.body(asXml(operation, body, error), status as 200, { 'content-type': 'text/xml' })
      : c.json(body, status as 200, headers);
  };
  app.post('/', async (c) => {
    const target = c.req.header('x-amz-target');
    if (target === undefined) {
      const { operation, request } = readQuery(await c.req.text());
      // All that is asked of IAM.
      if (operation === 'ListRoles')
        return c.body(rolesXml(account.hasMetricsRole), 200, { 'content-type': 'text/xml' });
      return answer(c, 'sns', operation, request);
    }
    const service = target.startsWith('AmazonSSM.') ? 'ssm' : 'pinpoint-sms-voice-v2';
    return answer(c, service, target.split('.')[1]!, await c.req.json());
  });
  app.post('/v2/email/outbound-emails', async (c) => answer(c, 'sesv2', 'SendEmail', await c.req.json()));
  app.get('/v2/email/account', (c) => answer(c, 'sesv2', 'GetAccount', {}));
  app.post('/2010-04-01/Accounts/:account/:what', async (c) => {
    const form = await c.req.parseBody();
    const to = String(form['To']);
    const [, token = ''] = Buffer.from(c.req.header('authorization')?.slice(6) ?? '', 'base64')
      .toString('utf8')
      .split(':');
    const isCall = c.req.param('what') === 'Calls.json';
    if (!isCall) byTwilio.set(to, token);
    const sid = isCall
      ? keepCall(to, String(form['Twiml']), token)
      : keep({ channel: 'sms', to, text: String(form['Body']) });
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
    account,
    receipt: async (page, eventType) => {
      const event = { eventType, eventVersion: '1.0', eventTimestamp: Date.now(), isFinal: true, context: { page } };
      const topics = Object.values(account.configurationSets)
        .flat()
        .filter(({ MatchingEventTypes }) => MatchingEventTypes.includes(eventType))
        .map(({ TopicArn }) => TopicArn);
      for (const topic of new Set(topics)) await options.publish(topic, JSON.stringify(event));
    },
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
