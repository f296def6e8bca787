/**
 * The shapes of the files that people write, one schema a kind of file. Messages say what to write; descriptions are what editors
 * show. `catalogue/schema/*.json` is made from these.
 */
import * as v from 'valibot';
import { SEVERITIES } from '../../shared/alert/alert.ts';
import { CHANNELS } from '../../shared/catalogue/catalogue.ts';
import { DAY_KINDS, holidaysSchema, rotaSchema } from '../../shared/rota/schema.ts';
import { DATE_FORM, readDate, TIME_FORM } from '../../shared/rota/wall.ts';
import { ROLLBACK_PLACEHOLDERS } from '../../shared/runbook/rollback.ts';
import { described, duration, formed, list, name, text } from '../../shared/written/shapes.ts';
import { fields } from '../../shared/written/written.ts';
import { problemFields, tracker } from './problems.ts';
import { senderSchema } from './sender-schema.ts';

const SEVERITY_MEND = `Write one of ${SEVERITIES.join(', ')}.`;
const URGENCY_MEND = 'Write high (pages at any hour), low (chat) or none (recorded).';
const severity = v.picklist(SEVERITIES, SEVERITY_MEND);
const urgency = v.picklist(['high', 'low', 'none'], URGENCY_MEND);

const urgencies = fields({
  critical: v.optional(urgency),
  error: v.optional(urgency),
  warning: v.optional(urgency),
  info: v.optional(urgency),
});

const MATCH_MEND = 'Write an event pattern, like { labels: { job: [payments] } }.';
const pattern = described(
  v.record(v.string(), v.unknown(), MATCH_MEND),
  'An EventBridge event pattern over the alert: each field lists what it may be.',
);

const deploymentPattern = described(
  v.record(v.string(), v.unknown(), 'Write an event pattern, like { ref: [payments/api], environment: [production] }.'),
  'An event pattern over the deployment: those that match are deployments of this service.',
);

const FORM_OF_SSM = String.raw`ssm:\/[A-Za-z0-9._\/-]+`;
const SSM_HINT = 'or the parameter that holds it, like ssm:/pageturner/people/amira/phone';
const PHONE_MEND = `Write a number in international form, like +447700900123, ${SSM_HINT}.`;
const EMAIL_MEND = `Write an address like amira@example.gov.uk, ${SSM_HINT}.`;
const ADDRESS_MEND = `Write an https: address, ${SSM_HINT}.`;
const phone = formed(new RegExp(`^(?:\\+[1-9][0-9]{6,14}|${FORM_OF_SSM})$`), PHONE_MEND);
const httpsAddress = formed(new RegExp(`^(?:https:\\/\\/[^\\s]+|${FORM_OF_SSM})$`), ADDRESS_MEND);

const RULE_MEND = `Write a channel and a delay, like { sms: 0m }; channels are ${CHANNELS.join(', ')}.`;
/** `{ sms: 0m }`: exactly one channel and how long after the step. */
const rule = v.pipe(
  fields({
    sms: v.optional(duration),
    voice: v.optional(duration),
    email: v.optional(duration),
    slack: v.optional(duration),
    teams: v.optional(duration),
    webhook: v.optional(duration),
  }),
  v.check((written) => Object.keys(written).length === 1, RULE_MEND),
);
const rules = list(rule, 20, `Write a list of rules. ${RULE_MEND}`);

const TIME_MEND = 'Write a time from "00:00" to "23:59", in quotes.';
const quietHours = fields({
  days: v.optional(
    described(
      list(
        v.picklist(DAY_KINDS, `Write days of ${DAY_KINDS.join(', ')}.`),
        8,
        'Write a list of days, like [mon, tue].',
      ),
      'Days on which they begin; without it, every day.',
    ),
  ),
  from: described(formed(TIME_FORM, TIME_MEND), "Wall time where this person lives: time_zone, or the catalogue's."),
  to: described(formed(TIME_FORM, TIME_MEND), 'Wall time; before from, on the next day.'),
});

const ROLLBACK_MEND = `Name only ${ROLLBACK_PLACEHOLDERS.map((name) => `{{ ${name} }}`).join(', ')}.`;
/** A hint that is shown to somebody who has just been woken: what cannot be filled in must not be in it. */
const rollback = v.pipe(
  text('Write the command, or a sentence.', 500),
  v.check(
    (written) =>
      [...written.matchAll(/\{\{\s*([^{}]*?)\s*\}\}/g)].every(([, name]) =>
        (ROLLBACK_PLACEHOLDERS as readonly string[]).includes(name!),
      ),
    ROLLBACK_MEND,
  ),
);
const LOGIN_MEND = 'Write user names, like [chidi, chidi-eze], or email addresses.';
const HANDLE_MEND = 'Write the name in chat without @, like chidi.';

export const personSchema = fields({
  id: described(name, 'What rotas and policies call this person.'),
  name: described(text('Write the name that others see.'), 'The name that others see.'),
  contact: described(
    fields({
      phone: v.optional(described(phone, 'Called and sent SMS. In the open or as ssm:/…; never logged.')),
      phone2: v.optional(described(phone, 'A second phone.')),
      email: v.optional(
        described(
          formed(new RegExp(`^(?:[^\\s@]+@[^\\s@]+\\.[^\\s@]+|${FORM_OF_SSM})$`), EMAIL_MEND),
          'Email address.',
        ),
      ),
      slack: v.optional(described(text('Write the member ID, like U024BE7LH.'), 'Slack member ID, like U024BE7LH.')),
      teams: v.optional(described(httpsAddress, 'Teams workflow address, as ssm:/… because it is a secret.')),
      webhook: v.optional(described(httpsAddress, 'Any other hook, as ssm:/… because it is a secret.')),
    }),
    'How to reach this person.',
  ),
  rules: v.optional(
    described(
      fields({
        high: v.optional(described(rules, 'For what pages at any hour.')),
        low: v.optional(described(rules, 'For what can wait.')),
      }),
      'Which channel is tried how long after a step notifies this person.',
    ),
  ),
  time_zone: v.optional(described(text('Write an IANA time zone, like Europe/London.'), 'Where this person lives.')),
  quiet_hours: v.optional(described(quietHours, 'Low urgency waits until these are over. High urgency knows none.')),
  logins: v.optional(
    described(
      list(formed(/^[A-Za-z0-9][A-Za-z0-9._@+-]{0,99}$/, LOGIN_MEND), 20, LOGIN_MEND),
      'What GitLab, GitHub, AWS and others call this person: who deployed something is found by it.',
    ),
  ),
  handle: v.optional(
    described(
      formed(/^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/, HANDLE_MEND),
      'The name in chat, shown beside what this person deployed; it mentions nobody.',
    ),
  ),
});

const SHADOW_MEND = 'Write true or false.';
const shadow = described(
  v.boolean(SHADOW_MEND),
  'Everything is done but to tell people: for trying it beside another tool.',
);

const TRACKER_MEND = 'Write the name of a tracker, or a name and a project, like gitlab:payments/api.';
const trackerOf = described(
  formed(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}(?::[^\s:]{1,300})?$/, TRACKER_MEND),
  'The tracker of its problem tickets, or another project of it: gitlab:payments/api.',
);

export const serviceSchema = fields({
  name: described(name, 'What alerts, runbooks and people call it.'),
  owner: v.optional(described(text('Write the name of the team.'), 'The team that looks after it.')),
  description: v.optional(described(text('Write what it does.', 2000), 'What it does, in a sentence.')),
  repository: v.optional(
    described(
      formed(/^https:\/\/\S+$/, 'Write the https: address of the project.'),
      'Deployments of this project are deployments of this service.',
    ),
  ),
  aliases: v.optional(described(list(name, 50, 'Write a list of names.'), 'Other names that senders use for it.')),
  deployments: v.optional(deploymentPattern),
  match: v.optional(pattern),
  depends_on: v.optional(described(list(name, 100, 'Write a list of services.'), 'Services that it needs.')),
  policy: v.optional(described(name, 'The escalation policy; without it, the default of catalogue.yaml.')),
  tracker: v.optional(trackerOf),
  problems: v.optional(
    described(
      v.union(
        [v.literal('none'), fields(problemFields)],
        'Write none, or what differs from problems of catalogue.yaml, like { open: [{ severity: critical }] }.',
      ),
      'Which of its incidents open a problem ticket, where that differs from catalogue.yaml; none for no tickets.',
    ),
  ),
  shadow: v.optional(shadow),
  urgency: v.optional(described(urgencies, 'What each severity means for people, where it differs from the default.')),
  rollback: v.optional(
    described(rollback, 'How to go back to the last good version: a command, with {{ deployment.lastGood }} in it.'),
  ),
  environments: v.optional(
    described(
      v.record(v.string(), v.unknown(), 'Write environments and what is particular to them.'),
      'Free notes by environment.',
    ),
  ),
});

const TARGET_MEND =
  'Write rota:NAME, person:ID, slack:#CHANNEL, teams:NAME or webhook:NAME. Put # in quotes or after slack: without a space.';
export const TARGET_FORM =
  /^(?:(?:rota|person|teams|webhook):[A-Za-z0-9][A-Za-z0-9._/-]*|slack:#?[A-Za-z0-9][A-Za-z0-9._-]*)$/;

const step = fields({
  after: v.optional(described(duration, 'How long after the step before it; left out for the first.')),
  notify: described(
    list(formed(TARGET_FORM, TARGET_MEND), 20, `Write a list of targets. ${TARGET_MEND}`),
    'Whom to notify, all at once: rota:NAME, person:ID, slack:#CHANNEL, teams:NAME, webhook:NAME.',
  ),
});

const workingHours = fields({
  time_zone: v.optional(
    described(text('Write an IANA time zone, like Europe/London.'), 'Without it, that of catalogue.yaml.'),
  ),
  days: described(
    list(v.picklist(DAY_KINDS, `Write days of ${DAY_KINDS.join(', ')}.`), 8, 'Write a list of days, like [mon, tue].'),
    'Days of the week on which people may be paged.',
  ),
  from: described(formed(TIME_FORM, TIME_MEND), 'Wall time.'),
  to: described(formed(TIME_FORM, TIME_MEND), 'Wall time.'),
  holidays: v.optional(holidaysSchema),
});

const REPEAT_MEND = 'Write a whole number from 0 to 20.';
export const policySchema = fields({
  name: described(name, 'What services call it.'),
  steps: described(list(step, 30, 'Write a list of steps, each with notify.'), 'In order; the last repeats for ever.'),
  repeat: v.optional(
    described(
      v.pipe(v.number(REPEAT_MEND), v.integer(REPEAT_MEND), v.minValue(0, REPEAT_MEND), v.maxValue(20, REPEAT_MEND)),
      'How often all steps are gone through again.',
    ),
  ),
  ack_expires: v.optional(described(duration, 'An acknowledgement that nobody followed up lapses after this long.')),
  working_hours: v.optional(described(workingHours, 'Low urgency pages people within these hours only.')),
});

export const namedRotaSchema = v.pipe(
  rotaSchema,
  v.check((rota) => rota.name !== undefined, 'Add name: the name by which policies call it.'),
);

const DATE_MEND = 'Write a date that exists, like 2027-03-01.';
const dateOf = v.pipe(
  formed(DATE_FORM, DATE_MEND),
  v.check((written) => readDate(written) !== undefined, DATE_MEND),
);

export const frontMatterSchema = fields({
  title: v.optional(described(text('Write a title.'), 'Without it, the first heading.')),
  match: v.optional(pattern),
  severity: v.optional(described(severity, "Overrides the sender's.")),
  hold: v.optional(described(duration, 'Page only once it has been firing this long.')),
  group: v.optional(
    described(
      list(text('Write a field of the alert.'), 10, 'Write fields of the alert, like [service, environment].'),
      'Alerts with the same values here are one incident.',
    ),
  ),
  review_by: v.optional(described(dateOf, 'From this date on lint asks for a review.')),
  aliases: v.optional(
    described(list(text('Write a name.'), 50, 'Write a list of names.'), 'Other names that links use for it.'),
  ),
  service: v.optional(described(name, 'The service that owns it.')),
  rollback: v.optional(described(rollback, 'How to roll back; without it, the section called Roll back.')),
});

const heartbeat = fields({
  name: described(name, 'What pages call it.'),
  match: described(pattern, 'Which alerts say that it is alive; they page nobody themselves.'),
  every: described(duration, 'Quiet for longer than this is a page; leave room for one that is late.'),
  service: v.optional(described(name, 'Whose page it is; without it, the default policy.')),
});

export const defaultsSchema = fields({
  policy: described(name, 'Pages for alerts that no service claims.'),
  shadow: v.optional(shadow),
  severity: v.optional(described(severity, 'Where neither sender nor runbook says one; without it, error.')),
  urgency: v.optional(described(urgencies, 'What each severity means for people.')),
  time_zone: v.optional(described(text('Write an IANA time zone, like Europe/London.'), 'Without it, UTC.')),
  webhooks: v.optional(
    described(
      v.record(name, httpsAddress, 'Write names with their addresses, like ops: ssm:/pageturner/webhooks/ops.'),
      'What webhook:NAME and teams:NAME in a policy mean: addresses, as ssm:/pageturner/webhooks/… because they are secrets.',
    ),
  ),
  runbook_hosts: v.optional(
    described(
      list(
        formed(/^[a-z0-9.-]+(?::[0-9]+)?$/, 'Write a host in lower case, like wiki.example.gov.uk.'),
        50,
        'Write a list of hosts.',
      ),
      'Hosts whose https: runbook links are shown to people.',
    ),
  ),
  heartbeats: v.optional(
    described(
      list(heartbeat, 200, 'Write a list of name, match and every.'),
      'Senders that say at intervals that they live: the Watchdog of an Alertmanager, a scheduled alarm.',
    ),
  ),
  digest: v.optional(
    described(
      fields({
        first: described(duration, 'After the first page of a storm; without it, 1m.'),
        next: described(duration, 'After each digest; without it, 5m.'),
      }),
      'How long a person who was paged is left alone before one message tells of all that came after.',
    ),
  ),
  trackers: v.optional(
    described(
      v.record(
        name,
        tracker,
        'Write names and what each tracker is, like gitlab: { kind: gitlab, url: …, project: …, token: … }.',
      ),
      'Where problem tickets are kept: GitLab, ServiceNow, Jira, GitHub or Azure DevOps.',
    ),
  ),
  problems: v.optional(
    described(
      fields({ ...problemFields, tracker: described(name, 'Which of trackers keeps the tickets.') }),
      'Which causes get a problem ticket when their incident is over.',
    ),
  ),
  environments: v.optional(
    described(
      v.record(
        name,
        list(text('Write a name or account number, in quotes.'), 100, 'Write a list of spellings.'),
        'Write environments and their spellings.',
      ),
      'Other spellings of each environment, and the accounts or subscriptions that are it.',
    ),
  ),
});

/** Each kind of file: where it is, its schema, and which key is its name. */
export const KINDS = {
  catalogue: { folder: '', schema: defaultsSchema, nameKey: undefined },
  person: { folder: 'people/', schema: personSchema, nameKey: 'id' },
  service: { folder: 'services/', schema: serviceSchema, nameKey: 'name' },
  rota: { folder: 'rotas/', schema: namedRotaSchema, nameKey: 'name' },
  policy: { folder: 'policies/', schema: policySchema, nameKey: 'name' },
  sender: { folder: 'senders/', schema: senderSchema, nameKey: 'name' },
  runbook: { folder: 'runbooks/', schema: frontMatterSchema, nameKey: undefined },
} as const;

export type Kind = keyof typeof KINDS;
export type WrittenPerson = v.InferOutput<typeof personSchema>;
export type WrittenService = v.InferOutput<typeof serviceSchema>;
export type WrittenPolicy = v.InferOutput<typeof policySchema>;
export type WrittenSender = v.InferOutput<typeof senderSchema>;
export type WrittenDefaults = v.InferOutput<typeof defaultsSchema>;
export type WrittenProblems = NonNullable<WrittenDefaults['problems']>;
export type WrittenFrontMatter = v.InferOutput<typeof frontMatterSchema>;
