/** What an import writes passes lint, whatever people called things there. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { planOpsgenie } from '../../../cli/import/opsgenie.ts';
import { planPagerduty } from '../../../cli/import/pagerduty.ts';
import { lintFiles } from '../../../cli/lint/lint.ts';

const NOW = Date.parse('2026-11-23T09:00:00.000Z');
/** What the export itself lacks, and a plan names. */
const OF_THE_EXPORT = new Set(['unreachable-person', 'wakes-nobody', 'tells-nobody', 'rota-gap']);
const errorsOf = (files: { path: string; text: string }[]) =>
  lintFiles(files, NOW)
    .findings.filter(({ level, code }) => level === 'error' && !OF_THE_EXPORT.has(code))
    .map(({ file, code, message }) => `${file} ${code} ${message}`);

const name = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    'Amira Khan',
    'été',
    '日本',
    '!!!',
    'TODO',
    'null',
    'true',
    '12',
    '-',
    'a: b',
    '#x',
    "O'Neil",
    'a/b',
  ),
  fc.string({ maxLength: 300 }),
);
const zone = fc.constantFrom('Europe/London', 'UTC', 'Mars/Olympus', '', 'America/New_York');
const instant = fc.constantFrom(
  '2026-01-05T09:00:00Z',
  '2027-01-05T09:00:00+01:00',
  'soon',
  '',
  '1999-01-01T00:00:00Z',
);
const phone = fc.constantFrom('7700900001', '', 'none', '0', '+44 7700 900001');

it('from PagerDuty', () => {
  const user = fc.record({
    name,
    email: fc.option(fc.constantFrom('a@example.gov.uk', 'no address', '')),
    phone,
    zone,
  });
  const layer = fc.record({
    name,
    start: instant,
    end: fc.option(instant),
    seconds: fc.constantFrom(604_800, 3600, 0, -1, 5000, 86_400 * 400),
    users: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }),
    restrictions: fc.array(
      fc.record({
        type: fc.constantFrom('daily_restriction', 'weekly_restriction', 'other'),
        start_time_of_day: fc.constantFrom('09:00:00', '25:00:00', ''),
        start_day_of_week: fc.constantFrom(1, 7, 9, null),
        duration_seconds: fc.constantFrom(28_800, 0, 700_000, 59),
      }),
      { maxLength: 3 },
    ),
  });
  const whole = fc.record({
    users: fc.array(user, { maxLength: 3 }),
    schedules: fc.array(fc.record({ name, zone, layers: fc.array(layer, { maxLength: 3 }) }), { maxLength: 3 }),
    rules: fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: -5, max: 10_000 })), { maxLength: 3 }),
    names: fc.tuple(name, name, name),
    loops: fc.integer({ min: -1, max: 200 }),
  });
  fc.assert(
    fc.property(whole, ({ users, schedules, rules, names, loops }) => {
      const documents = [
        {
          users: users.map((one, n) => ({
            id: `U${n}`,
            name: one.name,
            email: one.email,
            time_zone: one.zone,
            contact_methods: [{ id: 'C', type: 'phone_contact_method', country_code: 44, address: one.phone }],
          })),
        },
        {
          schedules: schedules.map((one, n) => ({
            id: `S${n}`,
            name: one.name,
            time_zone: one.zone,
            schedule_layers: one.layers.map((each) => ({
              ...each,
              rotation_virtual_start: each.start,
              rotation_turn_length_seconds: each.seconds,
              users: each.users.map((id) => ({ user: { id: `U${id}` } })),
            })),
          })),
        },
        {
          escalation_policies: [
            {
              id: 'E',
              name: names[0],
              num_loops: loops,
              escalation_rules: rules.map(([id, delay]) => ({
                escalation_delay_in_minutes: delay,
                targets: [{ id: `S${id}`, type: 'schedule_reference' }],
              })),
            },
          ],
        },
        {
          services: names.map((called) => ({
            id: called,
            name: called,
            description: called,
            escalation_policy: { id: 'E' },
          })),
        },
      ];
      const { files } = planPagerduty(documents, NOW);
      if (files.some(({ path }) => path.startsWith('policies/'))) expect(errorsOf(files)).toEqual([]);
    }),
    { numRuns: 150 },
  );
});

it('from Opsgenie', () => {
  const whole = fc.record({
    people: fc.array(fc.tuple(name, name), { minLength: 1, maxLength: 3 }),
    zone,
    rotation: fc.record({
      name,
      type: fc.constantFrom('hourly', 'daily', 'weekly', 'odd'),
      length: fc.integer({ min: -1, max: 999 }),
      startDate: instant,
    }),
    called: name,
    delay: fc.integer({ min: -3, max: 100_000 }),
  });
  fc.assert(
    fc.property(whole, ({ people, zone: clock, rotation, called, delay }) => {
      const documents = [
        people.map(([username, fullName], n) => ({ id: `U${n}`, username, fullName, role: 'User' })),
        {
          id: 'S',
          name: called,
          timezone: clock,
          rotations: [{ id: 'R', ...rotation, participants: people.map((_, n) => ({ type: 'user', id: `U${n}` })) }],
        },
        {
          id: 'E',
          name: called,
          rules: [{ delay: { timeAmount: delay, timeUnit: 'minutes' }, recipient: { type: 'schedule', id: 'S' } }],
          repeat: { count: 99 },
        },
        { teamId: 't', name: called, tags: [] },
      ];
      const { files } = planOpsgenie(documents, NOW);
      expect(errorsOf(files)).toEqual([]);
    }),
    { numRuns: 150 },
  );
});
