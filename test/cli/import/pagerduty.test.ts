/** Answers in the shapes of PagerDuty's REST API, written for this test. */
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { planPagerduty } from '../../../cli/import/pagerduty.ts';
import { lintFiles } from '../../../cli/lint/lint.ts';

const NOW = Date.parse('2026-11-23T09:00:00.000Z');
const WEEK = 604_800;
const user = (id: string, more: object = {}) => ({
  id: `P${id.toUpperCase()}`,
  type: 'user',
  name: `${id} Example`,
  email: `${id}@example.gov.uk`,
  time_zone: 'Europe/London',
  contact_methods: [
    { id: `M${id}1`, type: 'phone_contact_method', country_code: 44, address: '7700900001' },
    { id: `M${id}2`, type: 'sms_contact_method', country_code: 44, address: '7700900001' },
    { id: `M${id}3`, type: 'email_contact_method', address: `${id}@example.gov.uk` },
  ],
  notification_rules: [
    rule('high', 0, `M${id}2`, 'sms_contact_method_reference'),
    rule('high', 3, `M${id}1`, 'phone_contact_method_reference'),
    rule('low', 0, `M${id}3`, 'email_contact_method_reference'),
  ],
  ...more,
});
function rule(urgency: string, start_delay_in_minutes: number, id: string, type: string) {
  return { type: 'assignment_notification_rule', urgency, start_delay_in_minutes, contact_method: { id, type } };
}
const ref = (id: string) => ({ id: `P${id.toUpperCase()}`, type: 'user_reference', summary: `${id} Example` });
const layer = (name: string, people: string[], more: object = {}) => ({
  id: `L${name}`,
  name,
  start: '2026-10-05T08:00:00Z',
  end: null,
  rotation_virtual_start: '2026-10-05T09:00:00+01:00',
  rotation_turn_length_seconds: WEEK,
  users: people.map((id) => ({ user: ref(id) })),
  restrictions: [],
  ...more,
});
const schedule = (schedule_layers: object[], more: object = {}) => ({
  schedule: {
    id: 'S1',
    type: 'schedule',
    name: 'Payments primary',
    time_zone: 'Europe/London',
    schedule_layers,
    ...more,
  },
});
const policy = {
  escalation_policies: [
    {
      id: 'E1',
      type: 'escalation_policy',
      name: 'Payments',
      num_loops: 2,
      escalation_rules: [
        {
          escalation_delay_in_minutes: 5,
          targets: [{ id: 'S1', type: 'schedule_reference', summary: 'Payments primary' }],
        },
        { escalation_delay_in_minutes: 30, targets: [{ ...ref('ben') }] },
      ],
    },
  ],
};
const users = { users: [user('amira'), user('ben'), user('chidi')] };
const plan = (...documents: unknown[]) => planPagerduty([users, policy, ...documents], NOW);
const written = (made: ReturnType<typeof plan>, path: string) =>
  parse(made.files.find((file) => file.path === path)!.text);

describe('an export of PagerDuty', () => {
  const made = plan(schedule([layer('Week', ['amira', 'ben'])]), {
    services: [
      {
        id: 'V1',
        type: 'service',
        name: 'Payments API',
        escalation_policy: { id: 'E1' },
        acknowledgement_timeout: 1800,
      },
      {
        id: 'V2',
        type: 'service',
        name: 'Reports',
        escalation_policy: { id: 'E1' },
        incident_urgency_rule: { type: 'constant', urgency: 'severity_based' },
      },
      { id: 'V3', type: 'service', name: 'Lost', incident_urgency_rule: { type: 'use_support_hours' } },
    ],
  });

  it('becomes a catalogue that compiles', () => {
    const { catalogue, findings } = lintFiles(made.files, NOW);
    expect(findings.filter(({ level }) => level === 'error')).toEqual([]);
    expect(catalogue?.defaults.policy).toBe('payments');
  });

  it('a layer keeps its turns and its handover on the wall clock', () => {
    expect(written(made, 'rotas/payments-primary.yaml').layers).toEqual([
      { name: 'Week', people: ['amira', 'ben'], starts: '2026-10-05T09:00', every: '1 week' },
    ]);
  });

  it("a rule's delay, which is until the next, becomes the next step's after; loops become repeat", () => {
    expect(written(made, 'policies/payments.yaml')).toEqual({
      name: 'payments',
      steps: [{ notify: ['rota:payments-primary'] }, { after: '5m', notify: ['person:ben'] }],
      repeat: 2,
      ack_expires: '30m',
    });
  });

  it('people keep their phones and their own rules by urgency', () => {
    expect(written(made, 'people/amira.yaml')).toMatchObject({
      contact: { phone: '+447700900001', email: 'amira@example.gov.uk' },
      rules: { high: [{ sms: '0m' }, { voice: '3m' }], low: [{ email: '0m' }] },
      time_zone: 'Europe/London',
    });
  });

  it('services keep their policy and urgency, and what goes by support hours is named', () => {
    expect(written(made, 'services/payments-api.yaml').policy).toBe('payments');
    expect(written(made, 'services/reports.yaml').urgency).toMatchObject({ error: 'high', warning: 'low' });
    expect(made.lost.some((line) => line.startsWith('Service Lost: its urgency goes by support hours'))).toBe(true);
  });
});

describe('restrictions', () => {
  const active = (...restrictions: object[]) =>
    written(plan(schedule([layer('Week', ['amira'], { restrictions })])), 'rotas/payments-primary.yaml').layers[0]
      .active;

  it('of every day are one window, past midnight too', () => {
    const night = { type: 'daily_restriction', start_time_of_day: '22:00:00', duration_seconds: 9 * 3600 };
    expect(active(night)).toEqual([{ from: '22:00', to: '07:00' }]);
  });

  it('of weekdays join where they are alike', () => {
    const day = (start_day_of_week: number) => ({
      type: 'weekly_restriction',
      start_day_of_week,
      start_time_of_day: '09:00:00',
      duration_seconds: 8 * 3600,
    });
    expect(active(day(1), day(2), day(7))).toEqual([{ days: ['mon', 'tue', 'sun'], from: '09:00', to: '17:00' }]);
  });

  it('over a weekend are cut at midnight', () => {
    const weekend = {
      type: 'weekly_restriction',
      start_day_of_week: 5,
      start_time_of_day: '17:00:00',
      duration_seconds: 64 * 3600,
    };
    expect(active(weekend)).toEqual([
      { days: ['fri'], from: '17:00', to: '24:00' },
      { days: ['sat', 'sun'], from: '00:00', to: '24:00' },
      { days: ['mon'], from: '00:00', to: '09:00' },
    ]);
  });

  it('that leave nothing out are dropped', () => {
    expect(active({ type: 'daily_restriction', start_time_of_day: '09:00:00', duration_seconds: 86_400 })).toBe(
      undefined,
    );
  });
});

describe('layers', () => {
  const over = layer('Over', ['chidi'], {
    restrictions: [{ type: 'daily_restriction', start_time_of_day: '09:00:00', duration_seconds: 8 * 3600 }],
  });
  const under = layer('Under', ['amira']);
  const names = (made: ReturnType<typeof plan>) =>
    written(made, 'rotas/payments-primary.yaml').layers.map(({ name }: { name: string }) => name);
  const days = (person: string, from: string, to: string) =>
    Array.from({ length: 14 }, (_, n) => {
      const on = (time: string, later = 0) =>
        new Date(Date.parse(`2026-11-23T${time}Z`) + (n + later) * 86_400_000).toISOString();
      return { start: on(from), end: on(to, to < from ? 1 : 0), user: ref(person) };
    });

  it('the last of the list goes before none: an answer has the last layer first', () => {
    expect(names(plan(schedule([over, under])))).toEqual(['Under', 'Over']);
  });

  it('come the other way where the rendered entries say so', () => {
    const rendered_schedule_entries = [
      ...days('chidi', '09:00:00', '17:00:00'),
      ...days('amira', '17:00:00', '09:00:00'),
    ];
    const final_schedule = { rendered_schedule_entries };
    const made = plan(schedule([under, over], { final_schedule }));
    expect(names(made)).toEqual(['Under', 'Over']);
    expect(made.proof[0]).toMatchObject({ agreedHours: 14 * 24, differences: [] });
    expect(made.audit.some((line) => line.includes('fit that way better'))).toBe(true);
  });

  it('that have ended are left out and counted', () => {
    const made = plan(schedule([under, { ...over, end: '2026-11-01T00:00:00Z' }]));
    expect(names(made)).toEqual(['Under']);
    expect(made.audit).toContain('Schedule Payments primary: 1 layers have ended and are left out.');
  });

  it('that are still to begin begin with the turn that is then under way', () => {
    const later = layer('Later', ['amira', 'ben', 'chidi'], {
      start: '2026-12-14T09:00:00Z',
      rotation_virtual_start: '2026-12-07T09:00:00Z',
    });
    expect(written(plan(schedule([later])), 'rotas/payments-primary.yaml').layers[0]).toMatchObject({
      starts: '2026-12-14T09:00',
      people: ['ben', 'chidi', 'amira'],
    });
  });
});

it('overrides that are not over are carried over, and who is unknown is named', () => {
  const rendered_schedule_entries = [
    { start: '2026-12-24T09:00:00Z', end: '2026-12-27T09:00:00Z', user: ref('chidi') },
    { start: '2026-12-28T09:00:00Z', end: '2026-12-29T09:00:00Z', user: ref('zed') },
    { start: '2026-11-01T09:00:00Z', end: '2026-11-02T09:00:00Z', user: ref('chidi') },
  ];
  const made = plan(schedule([layer('Week', ['amira'])], { overrides_subschedule: { rendered_schedule_entries } }));
  expect(written(made, 'rotas/payments-primary.yaml').overrides).toEqual([
    { person: 'chidi', from: '2026-12-24T09:00', to: '2026-12-27T09:00' },
  ]);
  expect(made.lost.some((line) => line.includes('2026-12-28') && line.includes('zed'))).toBe(true);
});

it('a turn that is no whole number of hours is named, not guessed', () => {
  const made = plan(schedule([layer('Odd', ['amira'], { rotation_turn_length_seconds: 5400 })]));
  expect(made.lost.some((line) => line.includes('5400 seconds'))).toBe(true);
});

it.each([[42], ['text'], [{ unheard: 'of' }]])('refuses %j with a sentence', (document) => {
  expect(() => planPagerduty([document], NOW)).toThrow(/no answer of the PagerDuty API/);
});
