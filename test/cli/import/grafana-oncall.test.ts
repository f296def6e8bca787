/** Answers in the shapes of Grafana OnCall's API, written for this test. */
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { planGrafanaOncall } from '../../../cli/import/grafana-oncall.ts';
import { lintFiles } from '../../../cli/lint/lint.ts';

const NOW = Date.parse('2026-11-23T09:00:00.000Z');
const user = (name: string) => ({
  id: `U${name}`,
  username: name,
  email: `${name}@example.gov.uk`,
  role: 'user',
  is_phone_number_verified: true,
  timezone: 'Europe/London',
  slack: [{ user_id: `SLACK${name}`, team_id: 'T1' }],
});
const rule = (position: number, type: string, more: object = {}) => ({
  id: `R${position}`,
  user_id: 'Uamira',
  position,
  important: false,
  type,
  ...more,
});
const shift = (id: string, more: object) => ({
  id,
  name: `Shift ${id}`,
  type: 'rolling_users',
  time_zone: null,
  level: 0,
  start: '2026-10-05T09:00:00',
  duration: 604_800,
  frequency: 'weekly',
  interval: 1,
  week_start: 'MO',
  rolling_users: [['Uamira'], ['Uben']],
  start_rotation_from_user_index: 0,
  ...more,
});
const schedule = (...shifts: string[]) => ({
  id: 'S1',
  name: 'Payments primary',
  type: 'calendar',
  time_zone: 'Europe/London',
  on_call_now: [],
  shifts,
});
const policy = (position: number, type: string, more: object = {}) => ({
  id: `E${position}`,
  escalation_chain_id: 'C1',
  position,
  type,
  ...more,
});
const base = [
  { results: [user('amira'), user('ben'), user('chidi')] },
  { results: [rule(0, 'notify_by_sms'), rule(1, 'wait', { duration: 180 }), rule(2, 'notify_by_phone_call')] },
  { results: [{ id: 'C1', name: 'Payments', team_id: null }] },
  {
    results: [
      policy(0, 'notify_on_call_from_schedule', { notify_on_call_from_schedule: 'S1' }),
      policy(1, 'wait', { duration: 300 }),
      policy(2, 'notify_persons', { persons_to_notify: ['Uben'] }),
      policy(3, 'notify_whole_channel'),
      policy(4, 'repeat_escalation'),
    ],
  },
];
const plan = (...documents: unknown[]) => planGrafanaOncall([...base, ...documents], NOW);
const withShifts = (...shifts: { id: string }[]) =>
  plan({ results: [schedule(...shifts.map(({ id }) => id))] }, { results: shifts });
const written = (made: ReturnType<typeof plan>, path: string) =>
  parse(made.files.find((file) => file.path === path)!.text);
const layers = (made: ReturnType<typeof plan>) => written(made, 'rotas/payments-primary.yaml').layers;

describe('an export of Grafana OnCall', () => {
  const made = plan(
    { results: [schedule('a')] },
    { results: [shift('a', {})] },
    {
      results: [
        {
          id: 'I1',
          name: 'Payments API',
          link: 'https://oncall.example/1',
          type: 'grafana',
          default_route: { id: 'RT0', escalation_chain_id: 'C1' },
        },
      ],
    },
    {
      results: [
        {
          id: 'RT1',
          integration_id: 'I1',
          escalation_chain_id: 'C2',
          routing_regex: 'disk',
          position: 0,
          is_the_last_route: false,
        },
      ],
    },
  );

  it('becomes a catalogue that compiles, and says that no number of phone was in it', () => {
    const { catalogue } = lintFiles(made.files, NOW);
    expect(catalogue?.services['payments-api']?.policy).toBe('payments');
    expect(made.audit.some((line) => line.includes('gives nobody their number'))).toBe(true);
  });

  it('waits become delays, repetition repeat, and what has no counterpart is named', () => {
    expect(written(made, 'policies/payments.yaml')).toEqual({
      name: 'payments',
      steps: [{ notify: ['rota:payments-primary'] }, { after: '5m', notify: ['person:ben'] }],
      repeat: 5,
    });
    expect(made.lost.some((line) => line.includes('notify_whole_channel'))).toBe(true);
  });

  it('waits between the rules of a person become their delays', () => {
    expect(written(made, 'people/amira.yaml')).toMatchObject({
      contact: { email: 'amira@example.gov.uk', slack: 'SLACKamira' },
      rules: { high: [{ sms: '0m' }, { voice: '3m' }] },
    });
  });

  it('routes by a regular expression are named', () => {
    expect(made.lost.some((line) => line.includes('"disk" go to chain C2'))).toBe(true);
  });
});

describe('shifts', () => {
  it('of a whole week are a layer that is always active, from the user that the rotation starts with', () => {
    expect(layers(withShifts(shift('a', { start_rotation_from_user_index: 1 })))).toEqual([
      { name: 'Shift a', people: ['ben', 'amira'], starts: '2026-10-05T09:00', every: '1 week' },
    ]);
  });

  it('on some days of a week are windows, and turns change with the week', () => {
    const made = withShifts(shift('a', { start: '2026-10-07T09:00:00', duration: 28_800, by_day: ['MO', 'WE'] }));
    expect(layers(made)[0]).toMatchObject({
      starts: '2026-10-05T09:00',
      active: [{ days: ['mon', 'wed'], from: '09:00', to: '17:00' }],
    });
  });

  it('of a higher level go before the others in one rota', () => {
    const made = withShifts(
      shift('high', { level: 2, frequency: 'daily', duration: 28_800, rolling_users: [['Uchidi']] }),
      shift('low', { level: 1 }),
    );
    expect(layers(made).map(({ name }: { name: string }) => name)).toEqual(['Shift low', 'Shift high']);
  });

  it('with several users at once become rotas side by side', () => {
    const made = withShifts(shift('a', { type: 'recurrent_event', rolling_users: null, users: ['Uamira', 'Uben'] }));
    expect(made.files.filter(({ path }) => path.startsWith('rotas/')).map(({ path }) => path)).toEqual([
      'rotas/payments-primary-shift-a-1.yaml',
      'rotas/payments-primary-shift-a-2.yaml',
    ]);
  });

  it('that happen once are overrides', () => {
    const once = {
      type: 'single_event',
      start: '2026-12-24T09:00:00',
      duration: 7200,
      users: ['Uchidi'],
      rolling_users: null,
    };
    expect(written(withShifts(shift('a', {}), shift('b', once)), 'rotas/payments-primary.yaml').overrides).toEqual([
      { person: 'chidi', from: '2026-12-24T09:00', to: '2026-12-24T11:00' },
    ]);
  });

  it('in another time zone have their rota in it', () => {
    expect(written(withShifts(shift('a', { time_zone: 'Asia/Tokyo' })), 'rotas/payments-primary.yaml')).toMatchObject({
      time_zone: 'Asia/Tokyo',
      layers: [{ starts: '2026-10-05T09:00' }],
    });
  });

  it.each([
    ['every second week on some days', { interval: 2, by_day: ['MO'], duration: 28_800 }],
    ['by the month', { frequency: 'monthly' }],
    ['shorter than their hours', { frequency: 'hourly', interval: 12, duration: 3600 }],
  ])('%s are named, not guessed', (_what, more) => {
    const made = withShifts(shift('a', more));
    expect(made.lost.some((line) => line.includes('cannot be written as a layer'))).toBe(true);
  });
});

it('the proof is the final shifts of the schedule that is written beside them', () => {
  const results = [
    {
      user_pk: 'Uben',
      user_email: 'x',
      user_username: 'ben',
      shift_start: '2026-11-23T09:00:00Z',
      shift_end: '2026-11-30T09:00:00Z',
    },
    {
      user_pk: 'Uben',
      user_email: 'x',
      user_username: 'ben',
      shift_start: '2026-11-30T09:00:00Z',
      shift_end: '2026-12-07T09:00:00Z',
    },
  ];
  const made = plan({ results: [schedule('a')] }, { results: [shift('a', {})] }, { schedule: 'S1', results });
  expect(made.proof[0]).toMatchObject({
    agreedHours: 168,
    differences: [
      { from: '2026-11-30T09:00:00.000Z', to: '2026-12-07T09:00:00.000Z', ours: ['amira'], theirs: ['ben'] },
    ],
  });
});

it.each([[42], [{ unheard: 'of' }]])('refuses %j with a sentence', (document) => {
  expect(() => planGrafanaOncall([document], NOW)).toThrow(/no answer of the Grafana OnCall API/);
});
