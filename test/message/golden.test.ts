/**
 * What people are told: every channel's message about each of these incidents lies in `golden/`, to be read.
 * After a change of the words: `npx vitest run test/message/golden.test.ts -u`, and read what changed.
 */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../shared/alert/alert.ts';
import { emailHtml, emailText } from '../../shared/channel/ses/ses.ts';
import { slackBody } from '../../shared/channel/slack/slack.ts';
import { teamsBody } from '../../shared/channel/teams/teams.ts';
import { digestOf, type Upstream } from '../../shared/digest/gather.ts';
import type { Incident } from '../../shared/incident/incident.ts';
import { segments, septets } from '../../shared/message/gsm.ts';
import type { Message } from '../../shared/message/message.ts';
import { spokenWords } from '../../shared/message/speech.ts';
import {
  alertMessage,
  chatDigestMessage,
  digestMessage,
  reliefMessage,
  updateMessage,
} from '../../shared/message/words.ts';
import type { Suspect } from '../../shared/suspect/suspect.ts';
import { after } from '../../shared/time/time.ts';
import { alertOf, incidentOf, NOW } from './incidents.ts';

const LINK = 'https://pages.example.gov.uk/p/Qm41xTz0aB9cLd7eRf2gHi';

const suspect: Suspect = {
  deployment: 'gitlab:root/payments:81234',
  service: 'payments-api',
  version: 'v1.42.0',
  by: 'chidi',
  at: '2026-11-23T02:58:01.000Z',
  title: 'Bump pool size',
  status: 'succeeded',
  author: 'Chidi Eze (@chidi)',
  compare: 'https://gitlab.example.gov.uk/payments/api/-/compare/v1.41.3...v1.42.0',
  change: 'https://gitlab.example.gov.uk/payments/api/-/merge_requests/12',
  rollback: 'glab ci run --repo payments/api --branch v1.41.3 --variables DEPLOY_TO:production',
  lastGood: 'v1.41.3',
  score: 0.93,
  likely: true,
  why: '14m before it began, to the service itself',
};
const unlikely: Suspect = { ...suspect, version: '279484c0', likely: false, title: 'Correct a comment' };

/** Text of somebody who means harm, in every field that words are made of. */
const hostile: Alert = {
  ...alertOf('events/trigger'),
  title:
    'Reset your password at https://evil.example/now <!channel> @here \u202Eexe.gpj\u0007 *bold* [x](https://evil.example)',
  description: '</td><script>alert(1)</script> & <https://evil.example|click> $(rm -rf /) \u0000',
  resources: [{ id: 'a', name: 'www.evil.example/`reboot`' }],
};

const INCIDENTS: [string, Incident][] = [
  ['cloudwatch-metric-with-a-suspect', incidentOf(alertOf('cloudwatch/eventbridge-metric'), [suspect])],
  ['cloudwatch-metric-deployed-lately', incidentOf(alertOf('cloudwatch/sns-metric-with-tags'), [unlikely])],
  ['cloudwatch-anomaly', incidentOf(alertOf('cloudwatch/sns-anomaly-detection'))],
  ['cloudwatch-metric-math', incidentOf(alertOf('cloudwatch/sns-metric-math'))],
  ['cloudwatch-no-data', incidentOf(alertOf('cloudwatch/sns-insufficient-data'))],
  ['cloudwatch-composite', incidentOf(alertOf('cloudwatch/sns-composite'))],
  ['cloudwatch-log-contributor', incidentOf(alertOf('cloudwatch/sns-log-alarm-contributor'))],
  ['cloudwatch-odd-name', incidentOf(alertOf('cloudwatch/sns-odd-name'))],
  ['guardduty', incidentOf(alertOf('aws/guardduty-finding'))],
  ['aws-health', incidentOf(alertOf('aws/health-issue'))],
  ['rds-low-storage', incidentOf(alertOf('aws/rds-low-storage-by-sns'))],
  ['backup-failed', incidentOf(alertOf('aws/backup-job-failed-by-sns'))],
  ['azure-metric', incidentOf(alertOf('azure-common/metric-fired'))],
  ['azure-log', incidentOf(alertOf('azure-common/log-v2'))],
  ['azure-service-health', incidentOf(alertOf('azure-common/service-health-active'))],
  ['azure-resource-health', incidentOf(alertOf('azure-common/resource-health-unavailable'))],
  ['azure-prometheus', incidentOf(alertOf('azure-common/prometheus'))],
  ['alertmanager', incidentOf(alertOf('alertmanager/firing-and-resolved-in-one-body'))],
  ['grafana', incidentOf(alertOf('grafana/unified'))],
  ['events', incidentOf(alertOf('events/trigger'))],
  ['unknown', incidentOf(alertOf('unknown/custom-json'))],
  ['hostile', incidentOf(hostile)],
];

const first = INCIDENTS[0]![1];
const acknowledged: Incident = { ...first, state: 'acknowledged', acknowledgedBy: 'amira', acknowledgedAt: NOW };
const resolved: Incident = { ...first, state: 'resolved', resolvedBy: 'amira', resolvedAt: after(NOW, 660) };
const waiting = [
  ...Array.from({ length: 9 }, (_, n) => ({
    incident: `a-${n}`,
    service: 'payments-api',
    severity: 'critical' as const,
    title: 't',
  })),
  ...Array.from({ length: 5 }, (_, n) => ({
    incident: `b-${n}`,
    service: 'ledger',
    severity: 'error' as const,
    title: 't',
  })),
  { incident: 'c-1', severity: 'warning' as const, title: 't' },
];
const needs: Upstream = (service) => new Set(service === 'payments-api' ? ['ledger'] : []);
const alone: Upstream = () => new Set();
const test = incidentOf(alertOf('events/trigger'));
const testPage: Incident = {
  ...test,
  test: { person: 'amira', channel: 'sms' },
  title: 'Test page for Amira Khan by sms',
};

const MESSAGES: [string, Message][] = [
  ...INCIDENTS.map(([name, incident]): [string, Message] => [name, alertMessage(incident, NOW, LINK)]),
  ['update-acknowledged', updateMessage(acknowledged, NOW, LINK)],
  ['relief', reliefMessage(resolved, LINK)],
  ['digest', digestMessage(first, digestOf(waiting, 0, alone), NOW, LINK)],
  ['digest-under-a-parent', digestMessage(first, digestOf(waiting, 0, needs), NOW, LINK)],
  ['digest-in-chat', chatDigestMessage(first, digestOf(waiting, 20, needs), NOW, LINK)],
  ['test-page', alertMessage(testPage, NOW, LINK)],
];

describe('a reader can read every message', () => {
  it.each(MESSAGES)('%s', async (name, message) => {
    await expect(shown(name, message)).toMatchFileSnapshot(join(import.meta.dirname, 'golden', `${name}.md`));
  });
});

describe.each(MESSAGES)('%s', (_, message) => {
  it('is one SMS, or two where it cannot be said shorter, with its link whole', () => {
    expect(septets(message.text)).toBeDefined();
    expect(segments(message.text)).toBeLessThanOrEqual(2);
    if (message.kind !== 'relief' && message.kind !== 'digest') expect(message.text.split(/\s/)).toContain(LINK);
  });

  it('links nowhere but to our own page, mentions nobody, and turns no text round', () => {
    const links = message.text.match(/\b[a-z]+:\/\/\S+|\bwww\.\S+/gi) ?? [];
    expect(links.filter((link) => link !== LINK)).toEqual([]);
    const all = [message.text.replace(LINK, ''), message.subject, ...message.facts.map(({ value }) => value)].join('');
    expect(all).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f\u200e\u200f\u202a-\u202e\u2066-\u2069]/);
    expect(slackBody(message).text).not.toMatch(/[<>]/);
    expect(JSON.stringify(slackBody(message).blocks)).not.toMatch(/"type":"(?:mrkdwn|link|user|broadcast)"/);
    expect(all).not.toMatch(/:\/\/|www\./i);
    expect(emailHtml(message)).not.toMatch(/<script|<\/td><\/td>/);
  });
});

function shown(name: string, message: Message): string {
  const count = segments(message.text);
  type Rich = { text?: { text: string }; elements?: { text?: string; name?: string }[] };
  const slack = (slackBody(message).blocks as { type: string; elements: Rich[] }[]).flatMap(({ elements }) => elements);
  const card = (
    teamsBody(message) as {
      attachments: {
        content: {
          body: { text?: string; facts?: { title: string; value: string }[] }[];
          actions: { title: string }[];
        };
      }[];
    }
  ).attachments[0]!.content;
  const buttons = (names: string[]) => (names.length === 0 ? [] : [names.map((label) => `[${label}]`).join(' ')]);
  const part = (title: string, lines: string[]) =>
    `## ${title}\n\n${lines
      .flatMap((line) => line.split('\n'))
      .map((line) => `    ${line}`.trimEnd())
      .join('\n')}\n`;
  return [
    `# ${name}\n`,
    part(`SMS: ${septets(message.text)} septets, ${count} SMS`, [message.text]),
    ...(message.speech === '' ? [] : [part('Call', [spokenWords(message.speech)])]),
    part('Slack', [
      ...slack.flatMap(({ elements }) =>
        elements
          ? [
              elements
                .map(({ text, name: emoji }) => text ?? `:${emoji}:`)
                .join('')
                .trimEnd(),
            ]
          : [],
      ),
      ...buttons(slack.flatMap(({ text }) => (text ? [text.text] : []))),
    ]),
    part('Teams', [
      ...card.body.flatMap(({ text, facts = [] }) => [
        ...(text ? [text] : []),
        ...facts.map(({ title, value }) => `${title} | ${value}`),
      ]),
      ...buttons(card.actions.map(({ title }) => title)),
    ]),
    part('Email', [`Subject: ${message.subject}`, '', emailText(message)]),
  ].join('\n');
}
