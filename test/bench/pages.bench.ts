/**
 * The question: how many pages can be put into words in a second, for every channel, beside the JSON of the same incidents?
 */

import { emailHtml, emailText } from '../../shared/channel/ses/ses.ts';
import { slackBody } from '../../shared/channel/slack/slack.ts';
import { teamsBody } from '../../shared/channel/teams/teams.ts';
import { alertMessage } from '../../shared/message/words.ts';
import { alertOf, incidentOf, NOW } from '../message/incidents.ts';

export const title = 'Words of pages, beside JSON.stringify of the same incidents';

const FIXTURES = [
  'cloudwatch/eventbridge-metric',
  'aws/guardduty-finding',
  'azure-common/metric-fired',
  'grafana/unified',
  'events/trigger',
];
const PAGES = 10_000;
const LINK = 'https://pages.example.gov.uk/p/Qm41xTz0aB9cLd7eRf2gHi';

export async function run() {
  const incidents = FIXTURES.map((fixture) => incidentOf(alertOf(fixture)));
  const perSecond = (make: (n: number) => unknown) => {
    for (let n = 0; n < 2000; n++) make(n);
    const began = performance.now();
    for (let n = 0; n < PAGES; n++) make(n);
    return Math.round((PAGES / (performance.now() - began)) * 1000);
  };
  const pick = (n: number) => incidents[n % incidents.length]!;
  const words = perSecond((n) => alertMessage(pick(n), NOW, LINK));
  const bodies = perSecond((n) => {
    const message = alertMessage(pick(n), NOW, LINK);
    return [
      JSON.stringify(slackBody(message)),
      JSON.stringify(teamsBody(message)),
      emailText(message),
      emailHtml(message),
    ];
  });
  const json = perSecond((n) => JSON.stringify(pick(n)));
  const rival = { name: 'JSON.stringify', value: json };
  const ratio = (value: number) => Number((value / json).toFixed(3));
  return [
    {
      name: 'words (text, call, subject, facts)',
      value: words,
      unit: 'pages/s',
      rival,
      ratio: ratio(words),
      aim: '10,000',
    },
    {
      name: 'words and the bodies of Slack, Teams and email',
      value: bodies,
      unit: 'pages/s',
      rival,
      ratio: ratio(bodies),
      aim: '10,000',
    },
  ];
}

if (import.meta.main) console.log(await run());
