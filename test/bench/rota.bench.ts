/**
 * The question: who is on call, for rotas that began twenty years ago, how often a second; and how long does a year of
 * shifts take for fifty rotas of four layers? Beside rrule, the calendar library that most rotas in JavaScript stand on.
 */
import rrule from 'rrule';
import { compileRota } from '../../shared/rota/compile.ts';
import { onCallAt } from '../../shared/rota/oncall.ts';
import type { Rota } from '../../shared/rota/rota.ts';
import { shifts } from '../../shared/rota/shifts.ts';
import { DAY } from '../../shared/rota/zone.ts';

export const title = 'Rotas that began 20 years ago, four layers each, beside rrule';

const { RRule } = rrule;
const ROTAS = 50;
const PEOPLE = ['amira', 'ben', 'chidi', 'dee', 'eve', 'femi'];
const NOW = Date.parse('2026-11-23T03:12:04.000Z');
const YEAR = 365 * DAY;

function rota(n: number): Rota {
  const starts = `2006-01-0${1 + (n % 7)}T09:00`;
  return {
    name: `rota-${n}`,
    time_zone: ['Europe/London', 'America/New_York', 'Asia/Kolkata'][n % 3]!,
    layers: [
      { name: 'base', people: PEOPLE, starts, every: '1 week' },
      {
        name: 'days',
        people: PEOPLE.slice(0, 4),
        starts,
        every: '1 day',
        active: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '09:00', to: '17:30' }],
      },
      { name: 'nights', people: PEOPLE.slice(1, 5), starts, every: '3 days', active: [{ from: '22:00', to: '06:00' }] },
      {
        name: 'weekend',
        people: PEOPLE.slice(2),
        starts,
        every: '2 weeks',
        active: [{ days: ['sat', 'sun'], from: '00:00', to: '00:00' }],
      },
    ],
  } as Rota;
}

function perSecond(step: (index: number) => unknown, times: number): number {
  for (let index = 0; index < times / 10; index++) step(index);
  const from = process.hrtime.bigint();
  for (let index = 0; index < times; index++) step(index);
  return Math.round((times * 1e9) / Number(process.hrtime.bigint() - from));
}

function milliseconds(run: () => unknown): number {
  run();
  const from = process.hrtime.bigint();
  run();
  return Math.round(Number(process.hrtime.bigint() - from) / 1e6);
}

export async function run() {
  const compiled = Array.from({ length: ROTAS }, (_, n) => compileRota(rota(n)));
  const at = (index: number) => NOW + (index % 100_000) * 61_000;
  const days = [1, 3, 7, 14];
  // The turns of the same four rotations as recurrences; no windows, no overrides: the least that a rota is.
  const rules = Array.from({ length: ROTAS }, (_, n) =>
    days.map(
      (interval) =>
        new RRule({ freq: RRule.DAILY, interval, dtstart: new Date(Date.UTC(2006, 0, 1 + (n % 7), 9)) }, true),
    ),
  );
  const before = (index: number) => rules[index % ROTAS]!.map((rule) => rule.before(new Date(at(index)), true));
  const oncall = perSecond((index) => onCallAt(compiled[index % ROTAS]!, at(index)), 200_000);
  const byRules = perSecond(before, 40);
  const ours = milliseconds(() => compiled.map((one) => shifts(one, NOW, NOW + YEAR)));
  const theirs = milliseconds(() =>
    rules.map((list) => list.map((rule) => rule.between(new Date(NOW), new Date(NOW + YEAR)))),
  );
  return [
    {
      name: 'on call at an instant',
      value: oncall,
      unit: '/s',
      rival: { name: 'rrule, last turn of each rotation', value: byRules },
      ratio: Math.round(oncall / Math.max(1, byRules)),
      aim: 'at least 100,000/s',
    },
    {
      name: 'a year of shifts for 50 rotas',
      value: ours,
      unit: 'ms',
      rival: { name: 'rrule, turns of the rotations alone', value: theirs },
      ratio: Math.round((ours / Math.max(1, theirs)) * 100) / 100,
      aim: 'under 1000 ms',
    },
  ];
}

if (import.meta.main) console.table(await run());
