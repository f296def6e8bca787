/** Readiness beside the escalation that it foretells: a twin opens an incident and lets time pass until a phone rings. */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { lintFiles } from '../../../cli/lint/lint.ts';
import { courseOf } from '../../../cli/lint/readiness.ts';
import type { Catalogue, Channel, Person, Policy, Target } from '../../../shared/catalogue/catalogue.ts';
import { decide } from '../../../shared/incident/decide.ts';
import type { Context } from '../../../shared/incident/escalation.ts';
import { notice, T0, catalogue as world } from '../../incident/world.ts';
import { smallWith } from '../catalogue/small.ts';

const NOW = Date.parse('2026-11-24T10:00:00.000Z');
const lint = (changes: Record<string, string>) => lintFiles(smallWith(changes), NOW).findings;

// ---- the twin -----------------------------------------------------------------------------------------------------------

/** Who is woken first, and after how many seconds, by the state machine itself, where nobody answers. */
function woken(catalogue: Catalogue, policy: string, onCall: Context['onCall']): { who: string[]; seconds: number } {
  const contextAt = (now: string): Context => ({ now, catalogue, onCall });
  let incident = decide(
    undefined,
    { type: 'notices', notices: [notice('a', 'firing', 0, { policy, urgency: 'high' })] },
    contextAt(T0),
  )!;
  for (let round = 0; round < 20; round++) {
    const rings = incident.pages.filter(({ person, channel }) => person && ['sms', 'voice'].includes(channel));
    const first = rings.map(({ due }) => due).sort()[0];
    const timer = incident.timers.filter(({ kind }) => kind === 'step').sort((a, b) => (a.due < b.due ? -1 : 1))[0];
    if (first !== undefined && (timer === undefined || first <= timer.due)) {
      const who = rings.filter(({ due }) => due === first).map(({ to }) => to);
      return { who: [...new Set(who)].sort(), seconds: (Date.parse(first) - Date.parse(T0)) / 1000 };
    }
    if (timer === undefined) break;
    for (const page of incident.pages.filter(({ state, due }) => state === 'owed' && due <= timer.due))
      incident = decide(incident, { type: 'sent', page: page.id }, contextAt(page.due))!;
    incident = decide(incident, { type: 'timer', id: timer.id }, contextAt(timer.due))!;
  }
  return { who: [], seconds: 0 };
}

const IDS = ['amira', 'ben', 'chidi'];
const channel = fc.constantFrom<Channel>('sms', 'voice', 'email', 'slack');
const person = (id: string) =>
  fc
    .record({
      phone: fc.boolean(),
      email: fc.boolean(),
      slack: fc.boolean(),
      // Delays apart, so that which of two rules is first is no matter of taste.
      high: fc.uniqueArray(fc.record({ channel, afterSeconds: fc.integer({ min: 0, max: 9 }) }), {
        maxLength: 3,
        selector: ({ afterSeconds }) => afterSeconds,
      }),
    })
    .map(
      ({ phone, email, slack, high }): Person => ({
        id,
        name: id,
        contact: {
          ...(phone ? { phone: '+447700900001' } : {}),
          ...(email ? { email: `${id}@example.gov.uk` } : {}),
          ...(slack ? { slack: 'U1' } : {}),
        },
        rules: { high, low: [] },
      }),
    );
const target = fc.constantFrom<Target>(
  { kind: 'rota', name: 'primary' },
  { kind: 'rota', name: 'empty' },
  { kind: 'slack', name: '#ops' },
  ...IDS.map((name): Target => ({ kind: 'person', name })),
);
const step = fc.record({
  afterSeconds: fc.constantFrom(60, 300),
  notify: fc.array(target, { minLength: 1, maxLength: 2 }),
});
const policy = (name: string) =>
  fc.record({ steps: fc.array(step, { minLength: 1, maxLength: 3 }), repeat: fc.nat(2) }).map(
    ({ steps, repeat }): Policy => ({
      name,
      repeat,
      steps: steps.map((one, n) => (n === 0 ? { ...one, afterSeconds: 0 } : one)),
    }),
  );

it('foretells whom the state machine wakes first, and when', () => {
  const onCall = (rota: string) => (rota === 'primary' ? 'ben' : undefined);
  let wakes = 0;
  fc.assert(
    fc.property(fc.tuple(...IDS.map(person)), policy('own'), policy('everybody'), (people, own, everybody) => {
      const catalogue: Catalogue = {
        ...world,
        people: Object.fromEntries(people.map((one) => [one.id, one])),
        policies: { own, everybody },
      };
      const real = woken(catalogue, 'own', onCall);
      const course = courseOf({ catalogue, policy: own, urgency: 'high', at: T0, onCall });
      if (real.who.length > 0) wakes++;
      expect({ who: course.woken.sort(), seconds: course.afterSeconds }).toEqual(real);
    }),
    { numRuns: 500 },
  );
  // Or it would have compared nothing with nothing.
  expect(wakes).toBeGreaterThan(100);
});

// ---- what is said -------------------------------------------------------------------------------------------------------

describe('says as a consequence', () => {
  test('one Saturday morning of somebody without a phone', () => {
    const message = lint({
      'people/dee.yaml': 'id: dee\nname: D\ncontact: { slack: U2 }\n',
      'rotas/primary.yaml':
        'name: primary\ntime_zone: Europe/London\nlayers:\n  - people: [amira]\n    starts: 2026-01-05T09:00\n    every: 1 week\n' +
        'overrides:\n  - { person: dee, from: 2026-11-28T03:00, to: 2026-11-28T09:00 }\n',
      'catalogue.yaml': 'policy: all\ntime_zone: Europe/London\n',
    }).find(({ code }) => code === 'wakes-late')?.message;
    expect(message).toBe(
      'A critical or error on api, alerts that no service claims; a critical on db on Saturday 28 November 2026 ' +
        'from 03:00 to 09:00 wakes only ben, 5 minutes late, because dee has no phone.',
    );
  });

  test('rules that ring late, though there is a phone', () => {
    const rules = 'rules: { high: [{ slack: 0m }, { sms: 4m }] }\n';
    const found = lint({
      'people/amira.yaml': `id: amira\nname: A\ncontact: { phone: "+447700900001", slack: U1 }\n${rules}`,
    }).find(({ code }) => code === 'wakes-late');
    expect(found?.message).toMatch(/wakes only amira, 4 minutes late, because amira's own rules ring late\.$/);
  });

  test('rules that ring no phone, though there is one', () => {
    const rules = 'rules: { high: [{ slack: 0m }] }\n';
    const found = lint({
      'people/amira.yaml': `id: amira\nname: A\ncontact: { phone: "+447700900001", slack: U1 }\n${rules}`,
    }).find(({ code }) => code === 'wakes-late');
    expect(found?.message).toMatch(/wakes only ben, 5 minutes late, because amira's own rules ring no phone\.$/);
  });

  test('a policy that reaches nobody gives way to the default one', () => {
    const found = lint({
      'people/dee.yaml': 'id: dee\nname: D\ncontact: {}\n',
      'policies/lonely.yaml': 'name: lonely\nsteps: [{ notify: [person:dee] }]\n',
      'services/db.yaml': 'name: db\npolicy: lonely\n',
    }).find(({ file, code }) => file === 'policies/lonely.yaml' && code === 'wakes-late');
    expect(found?.message).toMatch(
      /^A critical or error on db .* wakes only amira, at once, because dee has no contact\.$/,
    );
  });

  test('low urgency that nobody hears of', () => {
    const deaf = {
      'people/ben.yaml': 'id: ben\nname: B\ncontact: { phone: "+447700900002" }\n',
      'policies/all.yaml': 'name: all\nsteps: [{ notify: [person:ben] }]\n',
    };
    const found = lint(deaf).find(({ code }) => code === 'tells-nobody');
    expect(found).toMatchObject({ level: 'error', file: 'policies/all.yaml' });
    expect(found?.message).toMatch(
      /^A warning on api, alerts that no service claims; an error or warning on db at any hour tells nobody, because ben has no contact that waits on a screen\.$/,
    );
  });

  test('low urgency within working hours may ring, so a phone is enough', () => {
    const hours = 'working_hours: { days: [mon], from: "09:00", to: "17:00" }\n';
    const ringing = {
      'people/ben.yaml': 'id: ben\nname: B\ncontact: { phone: "+447700900002" }\n',
      'policies/all.yaml': `name: all\nsteps: [{ notify: [person:ben] }]\n${hours}`,
    };
    expect(lint(ringing).filter(({ code }) => code === 'tells-nobody')).toEqual([]);
  });
});
