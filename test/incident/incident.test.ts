/** The small facts of an incident: its ids, its code, what it owes. */
import { describe, expect, it } from 'vitest';
import {
  groupDigest,
  type Incident,
  incidentId,
  messageKey,
  newlyOwed,
  nextDue,
  owed,
  parseIncidentId,
  replyCode,
} from '../../shared/incident/incident.ts';
import { at } from './world.ts';

describe('ids', () => {
  it('of a group are twelve characters, the same for ever', () => {
    expect(groupDigest('runbook:p/x|s|prod')).toBe(groupDigest('runbook:p/x|s|prod'));
    expect(groupDigest('runbook:p/x|s|prod')).toMatch(/^[0-9a-hjkmnp-tv-z]{12}$/);
    expect(new Set(Array.from({ length: 500 }, (_, n) => groupDigest(`g${n}`))).size).toBe(500);
  });

  it.each<[string, ReturnType<typeof parseIncidentId>]>([
    [`${groupDigest('a')}-7`, { group: groupDigest('a'), sequence: 7 }],
    [`${groupDigest('a')}-0`, undefined],
    [`${groupDigest('a')}-07`, undefined],
    [`${groupDigest('a')}-1234567890`, undefined],
    [`x${groupDigest('a')}-7`, undefined],
    [`${groupDigest('a')}-7x`, undefined],
    [groupDigest('a').toUpperCase(), undefined],
    ['', undefined],
  ])('%s is read or refused', (id, expected) => {
    expect(parseIncidentId(id)).toEqual(expected);
  });

  it('of an incident are its group’s digest and a number', () => {
    expect(incidentId('g', 3)).toBe(`${groupDigest('g')}-3`);
  });

  it('have a code of two characters that nobody mistakes', () => {
    const codes = Array.from({ length: 300 }, (_, n) => replyCode(`i-${n}`));
    for (const code of codes) expect(code).toMatch(/^[2-9A-HJ-NP-Z]{2}$/);
    expect(new Set(codes).size).toBeGreaterThan(200);
    expect(new Set(codes.map((code) => code[0])).size).toBeGreaterThan(20);
    expect(new Set(codes.map((code) => code[1])).size).toBeGreaterThan(20);
  });

  it('of a message are channel and target', () => {
    expect(messageKey({ channel: 'slack', to: '#a b' })).toBe('slack #a b');
  });
});

describe('what an incident owes', () => {
  const page = (id: string, due: number, more: object = {}) => ({ id, due: at(due), state: 'owed', ...more });
  const incident = (pages: object[], timers: object[] = [], id = 'i-1') =>
    ({ id, pages, timers }) as unknown as Incident;
  const due = (list: ReturnType<typeof owed>) => list.map(({ kind, id, due: when }) => `${kind} ${id} ${when}`);

  it('is its owed pages and its timers; a page in somebody’s hands when they let go', () => {
    const pages = [
      page('p0', 0),
      page('p1', 5, { state: 'sent' }),
      page('p2', 5, { leaseUntil: at(25) }),
      page('p3', 50, { leaseUntil: at(25) }),
    ];
    const one = incident(pages, [{ id: 't4', due: at(300) }]);
    expect(due(owed(one))).toEqual([
      `page p0 ${at(0)}`,
      `page p2 ${at(25)}`,
      `page p3 ${at(50)}`,
      `timer t4 ${at(300)}`,
    ]);
    expect(nextDue(one)).toBe(at(0));
    expect(nextDue(incident([page('p0', 9), page('p1', 7)], [{ id: 't', due: at(8) }]))).toBe(at(7));
    expect(nextDue(incident([]))).toBeUndefined();
  });

  it('newly is what was not owed, or not then', () => {
    const before = incident([page('p0', 0), page('p1', 5)], [{ id: 't', due: at(9) }]);
    const now = incident([page('p0', 0), page('p1', 6), page('p2', 0)], [{ id: 't', due: at(9) }]);
    expect(due(newlyOwed(before, now))).toEqual([`page p1 ${at(6)}`, `page p2 ${at(0)}`]);
    expect(due(newlyOwed(undefined, before))).toEqual(due(owed(before)));
    expect(due(newlyOwed({ ...before, id: 'other' }, before))).toEqual(due(owed(before)));
  });

  it('newly is a page put back until the very instant at which its lease would have ended', () => {
    const held = incident([page('p0', 0, { leaseUntil: at(20) })]);
    expect(due(newlyOwed(held, incident([page('p0', 20)])))).toEqual([`page p0 ${at(20)}`]);
    expect(newlyOwed(held, held)).toEqual([]);
  });
});
