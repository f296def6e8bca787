/** Exports in the shapes of Opsgenie's API, written for this test. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { compareEntries, slug } from '../../../cli/import/import.ts';
import { planOpsgenie } from '../../../cli/import/opsgenie.ts';
import { lintFiles } from '../../../cli/lint/lint.ts';

const NOW = Date.parse('2026-11-23T09:00:00.000Z');
const user = (name: string, contacts: object[] = [{ contactMethod: 'voice', to: '44-7700900001', enabled: true }]) => ({
  id: `u-${name}`,
  username: `${name}@example.gov.uk`,
  fullName: `${name} Example`,
  timeZone: 'Europe/London',
  userContacts: contacts,
});
const participant = (name: string) => ({ type: 'user', id: `u-${name}`, username: `${name}@example.gov.uk` });
const rotation = (more: object = {}) => ({
  id: 'r1',
  name: 'Week',
  startDate: '2026-10-05T08:00:00Z',
  type: 'weekly',
  length: 1,
  participants: [participant('amira'), participant('ben')],
  ...more,
});
const schedule = (...rotations: object[]) => ({
  id: 's1',
  name: 'Payments primary',
  timezone: 'Europe/London',
  enabled: true,
  rotations,
});
const escalation = {
  id: 'e1',
  name: 'Payments',
  rules: [
    {
      condition: 'if-not-acked',
      notifyType: 'default',
      delay: { timeAmount: 0, timeUnit: 'minutes' },
      recipient: { type: 'schedule', id: 's1', name: 'Payments primary' },
    },
    {
      condition: 'if-not-acked',
      notifyType: 'default',
      delay: { timeAmount: 5, timeUnit: 'minutes' },
      recipient: { type: 'user', id: 'u-ben', username: 'ben@example.gov.uk' },
    },
    {
      condition: 'if-not-acked',
      notifyType: 'default',
      delay: { timeAmount: 15, timeUnit: 'minutes' },
      recipient: { type: 'team', id: 't1', name: 'Heads' },
    },
  ],
  repeat: { count: 2, waitInterval: 10 },
};
const users = { data: [user('amira'), user('ben')] };
const plan = (...documents: unknown[]) => planOpsgenie([users, { data: [escalation] }, ...documents], NOW);
const written = (made: ReturnType<typeof plan>, path: string) =>
  parse(made.files.find((file) => file.path === path)!.text);

describe('an export of Opsgenie', () => {
  const made = plan({ data: [schedule(rotation())] });

  it('becomes a catalogue that compiles and has nobody unreachable', () => {
    const { catalogue, findings } = lintFiles(made.files, NOW);
    expect(findings.filter(({ level }) => level === 'error')).toEqual([]);
    expect(catalogue?.defaults.policy).toBe('payments');
  });

  it('a rotation becomes a layer on the clock of its zone, with the same turns', () => {
    expect(written(made, 'rotas/payments-primary.yaml')).toMatchObject({
      time_zone: 'Europe/London',
      // 08:00 UTC was 09:00 in London in October: the handover stays at nine when the clocks change.
      layers: [{ name: 'Week', people: ['amira', 'ben'], starts: '2026-10-05T09:00', every: '1 week' }],
    });
  });

  it("an escalation's delays, which count from the alert, become steps that count from the one before", () => {
    expect(written(made, 'policies/payments.yaml')).toEqual({
      name: 'payments',
      steps: [{ notify: ['rota:payments-primary'] }, { after: '5m', notify: ['person:ben'] }],
      repeat: 2,
    });
  });

  it('lists what it could not carry over, with its place', () => {
    expect(made.lost.some((line) => line.startsWith('Policy payments: it asks team Heads'))).toBe(true);
    expect(made.lost.some((line) => line.includes('quiet hours'))).toBe(true);
  });

  it.each([
    ['44-7700900001', '+447700900001'],
    ['1-2025550123', '+12025550123'],
  ])('a phone %s becomes %s', (to, phone) => {
    const one = planOpsgenie([{ data: [user('amira', [{ contactMethod: 'sms', to, enabled: true }])] }], NOW);
    expect(parse(one.files.find(({ path }) => path === 'people/amira.yaml')!.text).contact.phone).toBe(phone);
  });

  it('says who has no phone, and who takes turns and is no user', () => {
    const odd = planOpsgenie([{ data: [user('amira', [])] }, { data: [schedule(rotation())] }], NOW);
    expect(odd.audit.some((line) => line.startsWith('amira (amira) has no phone'))).toBe(true);
    expect(odd.audit).toContain('ben@example.gov.uk takes turns and is not among the users of the export.');
  });
});

describe('time restrictions', () => {
  const windows = (timeRestriction: object) =>
    written(plan({ data: [schedule(rotation({ timeRestriction }))] }), 'rotas/payments-primary.yaml').layers[0].active;

  it('by time of day are a window of every day', () => {
    const restriction = { startHour: 22, startMin: 0, endHour: 6, endMin: 30 };
    expect(windows({ type: 'time-of-day', restriction })).toEqual([{ from: '22:00', to: '06:30' }]);
  });

  it('by weekday are one stretch over several days', () => {
    const restrictions = [{ startDay: 'friday', endDay: 'monday', startHour: 18, startMin: 0, endHour: 9, endMin: 0 }];
    expect(windows({ type: 'weekday-and-time-of-day', restrictions })).toEqual([
      { days: ['fri'], from: '18:00', to: '24:00' },
      { days: ['sat', 'sun'], from: '00:00', to: '24:00' },
      { days: ['mon'], from: '00:00', to: '09:00' },
    ]);
  });
});

describe('several rotations of a schedule', () => {
  const day = { type: 'time-of-day', restriction: { startHour: 9, endHour: 17 } };
  const night = { type: 'time-of-day', restriction: { startHour: 17, endHour: 9 } };
  const rotas = (...rotations: object[]) =>
    plan({ data: [schedule(...rotations)] })
      .files.filter(({ path }) => path.startsWith('rotas/'))
      .map(({ path }) => path);

  it('that are never active at once are layers of one rota', () => {
    expect(rotas(rotation({ timeRestriction: day }), rotation({ name: 'Night', timeRestriction: night }))).toEqual([
      'rotas/payments-primary.yaml',
    ]);
  });

  it('that are on call at once become rotas side by side, and the policy asks for both', () => {
    const made = plan({ data: [schedule(rotation(), rotation({ name: 'Shadow' }))] });
    expect(written(made, 'policies/payments.yaml').steps[0].notify).toEqual([
      'rota:payments-primary-week',
      'rota:payments-primary-shadow',
    ]);
    expect(made.audit.some((line) => line.includes('2 people on call at once'))).toBe(true);
  });
});

describe('the proof', () => {
  const week = (n: number, name: string) => ({
    startDate: new Date(Date.parse('2026-11-23T09:00:00Z') + n * 604_800_000).toISOString(),
    endDate: new Date(Date.parse('2026-11-23T09:00:00Z') + (n + 1) * 604_800_000).toISOString(),
    type: 'historical',
    recipient: { type: 'user', id: `u-${name}`, name: `${name}@example.gov.uk` },
  });
  const timeline = (...names: string[]) => ({
    data: {
      _parent: { id: 's1', name: 'Payments primary' },
      startDate: '2026-11-23T09:00:00Z',
      endDate: '2027-01-18T09:00:00Z',
      finalTimeline: { rotations: [{ id: 'r1', name: 'Week', periods: names.map((name, n) => week(n, name)) }] },
    },
  });

  it('agrees for eight weeks where the export rendered the same', () => {
    const names = ['ben', 'amira', 'ben', 'amira', 'ben', 'amira', 'ben', 'amira'];
    expect(plan({ data: [schedule(rotation())] }, timeline(...names)).proof).toEqual([
      {
        schedule: 'Payments primary',
        from: '2026-11-23T09:00:00.000Z',
        to: '2027-01-18T09:00:00.000Z',
        agreedHours: 8 * 168,
        differences: [],
      },
    ]);
  });

  it('names every difference', () => {
    const names = ['ben', 'amira', 'amira', 'amira', 'ben', 'amira', 'ben', 'amira'];
    const [proof] = plan({ data: [schedule(rotation())] }, timeline(...names)).proof;
    expect(proof!.differences).toEqual([
      { from: '2026-12-07T09:00:00.000Z', to: '2026-12-14T09:00:00.000Z', ours: ['ben'], theirs: ['amira'] },
    ]);
  });

  it('counts every hour once, agreed or different', () => {
    const entry = fc.record({
      start: fc.nat(50),
      length: fc.integer({ min: 1, max: 20 }),
      person: fc.constantFrom('a', 'b'),
    });
    const entries = fc.array(entry, { maxLength: 6 }).map((list) =>
      list.map(({ start, length, person }) => ({
        start: start * 3_600_000,
        end: (start + length) * 3_600_000,
        person,
      })),
    );
    fc.assert(
      fc.property(entries, entries, (ours, theirs) => {
        const { agreedHours, differences } = compareEntries('s', ours, theirs, 0, 60 * 3_600_000);
        const different = differences.reduce(
          (sum, { from, to }) => sum + (Date.parse(to) - Date.parse(from)) / 3_600_000,
          0,
        );
        expect(agreedHours + different).toBe(60);
      }),
    );
  });
});

it.each([[42], ['text'], [{ data: { unheard: 'of' } }]])('refuses %j with a sentence', (document) => {
  expect(() => planOpsgenie([document], NOW)).toThrow(/no answer of the Opsgenie API/);
});

it('names are made of any text that people wrote', () => {
  expect(['Zoë Ångström', '  SRE (EMEA) ', '日本'].map(slug)).toEqual(['zoe-angstrom', 'sre-emea', 'unnamed']);
});
