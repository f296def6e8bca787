/** Answers in the shapes of GoAlert's GraphQL API, older and newer, written for this test. */
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { planGoalert } from '../../../cli/import/goalert.ts';
import { lintFiles } from '../../../cli/lint/lint.ts';

const NOW = Date.parse('2026-11-23T09:30:00.000Z');
const user = (name: string) => ({
  id: `u-${name}`,
  name: `${name} Example`,
  email: `${name}@example.gov.uk`,
  contactMethods: [
    { id: `m-${name}-1`, type: 'SMS', value: '+447700900001', disabled: false },
    { id: `m-${name}-2`, dest: { type: 'builtin-twilio-voice', args: { phone_number: '+447700900002' } } },
    { id: `m-${name}-3`, type: 'EMAIL', value: 'off@example.gov.uk', disabled: true },
  ],
  notificationRules: [
    { delayMinutes: 0, contactMethodID: `m-${name}-1` },
    { delayMinutes: 4, contactMethod: { id: `m-${name}-2` } },
    { delayMinutes: 9, contactMethodID: `m-${name}-3` },
  ],
});
const rotation = (more: object = {}) => ({
  id: 'r1',
  name: 'Week',
  timeZone: 'Europe/London',
  start: '2026-10-05T08:00:00Z',
  type: 'weekly',
  shiftLength: 1,
  activeUserIndex: 2,
  userIDs: ['u-amira', 'u-ben', 'u-chidi'],
  ...more,
});
const always = { start: '00:00', end: '00:00', weekdayFilter: [true, true, true, true, true, true, true] };
const schedule = (targets: object[], more: object = {}) => ({
  data: { schedules: { nodes: [{ id: 's1', name: 'Payments primary', timeZone: 'Europe/London', targets, ...more }] } },
});
const target = (rules: object[] = [always], to: object = { id: 'r1', type: 'rotation', name: 'Week' }) => ({
  target: to,
  rules,
});
const policy = {
  data: {
    escalationPolicies: {
      nodes: [
        {
          id: 'e1',
          name: 'Payments',
          repeat: 3,
          steps: [
            { stepNumber: 1, delayMinutes: 10, targets: [{ id: 'u-ben', type: 'user', name: 'Ben' }] },
            { stepNumber: 0, delayMinutes: 5, actions: [{ type: 'builtin-schedule', args: { schedule_id: 's1' } }] },
          ],
        },
      ],
    },
  },
};
const people = { data: { users: { nodes: ['amira', 'ben', 'chidi'].map(user) } } };
const plan = (...documents: unknown[]) => planGoalert([people, policy, ...documents], NOW);
const rotations = (...nodes: object[]) => ({ data: { rotations: { nodes } } });
const written = (made: ReturnType<typeof plan>, path: string) =>
  parse(made.files.find((file) => file.path === path)!.text);
const layers = (made: ReturnType<typeof plan>) => written(made, 'rotas/payments-primary.yaml').layers;

describe('an export of GoAlert', () => {
  const made = plan(schedule([target()]), rotations(rotation()), {
    data: {
      services: { nodes: [{ id: 'v1', name: 'Payments API', escalationPolicy: { id: 'e1', name: 'Payments' } }] },
    },
  });

  it('becomes a catalogue that compiles', () => {
    const { catalogue, findings } = lintFiles(made.files, NOW);
    expect(findings.filter(({ level }) => level === 'error')).toEqual([]);
    expect(catalogue?.services['payments-api']?.policy).toBe('payments');
  });

  it('steps go by their number, delays are until the next, in both shapes of targets', () => {
    expect(written(made, 'policies/payments.yaml')).toEqual({
      name: 'payments',
      steps: [{ notify: ['rota:payments-primary'] }, { after: '5m', notify: ['person:ben'] }],
      repeat: 3,
    });
  });

  it('people keep phones and rules in both shapes; what is disabled is left out', () => {
    expect(written(made, 'people/amira.yaml')).toMatchObject({
      contact: { phone: '+447700900001', phone2: '+447700900002', email: 'amira@example.gov.uk' },
      rules: { high: [{ sms: '0m' }, { voice: '4m' }] },
    });
  });
});

describe('a rotation', () => {
  it.each([0, 1, 2])('has now whom GoAlert says is active (%i), whatever follows from its start', (activeUserIndex) => {
    const made = plan(
      schedule([target()], {
        shifts: [
          {
            userID: ['u-amira', 'u-ben', 'u-chidi'][activeUserIndex],
            start: '2026-11-23T09:00:00Z',
            end: '2026-11-30T09:00:00Z',
          },
        ],
      }),
      rotations(rotation({ activeUserIndex })),
    );
    expect(made.proof[0]).toMatchObject({ agreedHours: 167.5, differences: [] });
  });

  it('that a policy names directly becomes a separate rota', () => {
    const direct = {
      data: {
        escalationPolicy: {
          id: 'e2',
          name: 'Direct',
          repeat: 0,
          steps: [{ delayMinutes: 5, targets: [{ id: 'r1', type: 'rotation' }] }],
        },
      },
    };
    const made = plan(direct, rotations(rotation()));
    expect(written(made, 'policies/direct.yaml').steps).toEqual([{ notify: ['rota:week'] }]);
  });
});

describe('the rules of a target', () => {
  it('are windows; the filter of weekdays begins with Sunday', () => {
    const rule = { start: '17:00', end: '09:00', weekdayFilter: [true, true, false, false, false, false, false] };
    expect(layers(plan(schedule([target([rule])]), rotations(rotation())))[0].active).toEqual([
      { days: ['mon', 'sun'], from: '17:00', to: '09:00' },
    ]);
  });

  it('that are none leave it never on call, and it is said', () => {
    const made = plan(schedule([target([])]), rotations(rotation()));
    expect(made.audit.some((line) => line.includes('Week has no active rule'))).toBe(true);
  });

  it('of two targets at once make rotas side by side', () => {
    const made = plan(
      schedule([target(), target([always], { id: 'u-ben', type: 'user', name: 'Ben' })]),
      rotations(rotation()),
    );
    expect(made.files.filter(({ path }) => path.startsWith('rotas/'))).toHaveLength(2);
  });
});

it('overrides keep whom they replace; one that only adds or only takes off is named', () => {
  const override = (more: object) => ({
    id: JSON.stringify(more),
    start: '2026-12-24T09:00:00Z',
    end: '2026-12-27T09:00:00Z',
    target: { id: 's1', type: 'schedule' },
    ...more,
  });
  const nodes = [
    override({ addUserID: 'u-amira', removeUserID: 'u-ben' }),
    override({ addUserID: 'u-chidi', removeUserID: '' }),
    override({ removeUserID: 'u-ben' }),
  ];
  const made = plan(schedule([target()]), rotations(rotation()), { data: { userOverrides: { nodes } } });
  expect(written(made, 'rotas/payments-primary.yaml').overrides).toEqual([
    { person: 'amira', instead_of: 'ben', from: '2026-12-24T09:00', to: '2026-12-27T09:00' },
    { person: 'chidi', from: '2026-12-24T09:00', to: '2026-12-27T09:00' },
  ]);
  expect(made.lost.filter((line) => line.includes('from 2026-12-24'))).toHaveLength(2);
});

it.each([[42], [[]], [{ data: { unheard: 'of' } }]])('refuses %j with a sentence', (document) => {
  expect(() => planGoalert([document], NOW)).toThrow(/no answer of GoAlert/);
});
