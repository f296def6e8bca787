/**
 * The question: what does a storm come to on one person's phone, and when is the first page there? Beside the same storm
 * with a page for each incident, on the same stack.
 */
import type { Incident } from '../../shared/incident/incident.ts';
import { run as start, withoutDigests } from '../local/running.ts';

export const title = 'A storm of 300 incidents at once, beside a page for each';

const INCIDENTS = 300;
const PATIENCE_MILLISECONDS = 120_000;

async function storm(port: number, digests: boolean) {
  const stack = await start(port, digests ? {} : { catalogue: withoutDigests });
  try {
    const began = performance.now();
    let firstPage = 0;
    stack.phone.watch(() => {
      firstPage ||= performance.now() - began;
    });
    const trigger = async (n: number) => {
      const payload = { summary: `Host ${n} is down`, source: `host-${n}`, severity: 'error' };
      const body = JSON.stringify({ routing_key: 'local', event_action: 'trigger', dedup_key: `storm ${n}`, payload });
      return (await fetch(`${stack.baseUrl}/v2/enqueue`, { method: 'POST', body })).status;
    };
    const statuses = await Promise.all(Array.from({ length: INCIDENTS }, (_, n) => trigger(n)));
    const accepted = statuses.filter((status) => status === 202).length;
    const open = async () => {
      const answer = await fetch(`${stack.baseUrl}/api/incidents?limit=500`, {
        headers: { authorization: 'Bearer local' },
      });
      return ((await answer.json()) as { incidents: Incident[] }).incidents;
    };
    const isFirst = ({ pages }: Incident) =>
      pages.some(({ person, state, waits }) => person && (state === 'sent' || waits !== undefined));
    let incidents = await open();
    while (performance.now() - began < PATIENCE_MILLISECONDS && incidents.filter(isFirst).length < accepted) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      incidents = await open();
    }
    const messages = stack.phone.messages().filter(({ channel }) => channel === 'sms' || channel === 'voice').length;
    return { firstPage, messages, lost: accepted - incidents.filter(isFirst).length };
  } finally {
    await stack.end();
  }
}

export async function run() {
  const [with_, each] = [await storm(4930, true), await storm(4935, false)];
  const rival = (value: number) => ({ name: 'a page for each', value });
  const ratio = (a: number, b: number) => Number((a / b).toFixed(3));
  return [
    {
      name: 'first page',
      value: Math.round(with_.firstPage),
      unit: 'ms',
      rival: rival(Math.round(each.firstPage)),
      ratio: ratio(with_.firstPage, each.firstPage),
    },
    {
      name: 'texts and calls until all are told or wait for a digest',
      value: with_.messages,
      unit: 'messages',
      rival: rival(each.messages),
      ratio: ratio(with_.messages, each.messages),
      aim: '1',
    },
    {
      name: 'accepted and neither told nor waiting',
      value: with_.lost,
      unit: 'incidents',
      rival: rival(each.lost),
      aim: '0',
    },
  ];
}

if (import.meta.main) console.log(await run());
