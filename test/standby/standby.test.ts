/** What a standby concludes from what it heard, case by case. */
import { describe, expect, it } from 'vitest';
import { decide } from '../../shared/incident/decide.ts';
import type { Incident } from '../../shared/incident/incident.ts';
import { readReport } from '../../shared/standby/report.ts';
import {
  type Answered,
  afterHearing,
  counterparts,
  type Heard,
  hearing,
  heldUntil,
  mustAsk,
  type PeerIncident,
  type Report,
  told,
  whatAils,
} from '../../shared/standby/standby.ts';
import { at, context, ID, notice } from '../incident/world.ts';

const MISSING = 150;
const STANDBY = { role: 'standby', missingSeconds: MISSING } as const;

describe('until when the standby holds', () => {
  const CASES: [what: string, heard: Heard | undefined, now: number, until: number | undefined][] = [
    ['heard this minute: until it would be missing', { askedSince: at(0), askedAt: at(0), heardAt: at(0) }, 30, 150],
    [
      'one question unanswered: as before',
      { askedSince: at(0), askedAt: at(60), heardAt: at(0), why: 'no answer' },
      100,
      150,
    ],
    [
      'heard so long ago that it is missing: no longer',
      { askedSince: at(0), askedAt: at(120), heardAt: at(0), why: 'x' },
      150,
      undefined,
    ],
    ['never heard though asked: not at all', { askedSince: at(0), askedAt: at(0), why: 'no answer' }, 10, undefined],
    ['never asked: a moment, until it is', undefined, 0, 1],
    [
      'we were gone ourselves: a moment, until it is asked',
      { askedSince: at(0), askedAt: at(0), heardAt: at(0) },
      151,
      152,
    ],
  ];
  it.each(CASES)('%s', (_what, heard, now, until) => {
    expect(heldUntil(heard, at(now), MISSING)).toBe(until === undefined ? undefined : at(until));
  });

  it('a region that has asked nobody for longer than the other may be silent must ask before it concludes anything', () => {
    expect(mustAsk(undefined, at(0), MISSING)).toBe(true);
    expect(mustAsk({ askedSince: at(0), askedAt: at(0) }, at(150), MISSING)).toBe(false);
    expect(mustAsk({ askedSince: at(0), askedAt: at(0) }, at(151), MISSING)).toBe(true);
  });
});

describe('what is kept of an answer', () => {
  const well: Report = {
    role: 'first',
    at: at(1000),
    sweptAt: at(990),
    canaryAt: at(800),
    catalogue: 'd1',
    incidents: [],
  };
  const AILING: [what: string, report: Report, why: RegExp | undefined][] = [
    ['well', well, undefined],
    ['no canary was ever heard of', { role: 'first', at: well.at, sweptAt: at(990), incidents: [] }, undefined],
    ['its sweep is as old as may be', { ...well, sweptAt: at(850) }, undefined],
    ['its sweep has stopped', { ...well, sweptAt: at(849) }, /last sweep/],
    ['it has not swept yet', { role: 'first', at: well.at, incidents: [] }, /not swept/],
    ['it is a standby too', { ...well, role: 'standby' }, /no first region/],
    ['it knows of no second region', { at: well.at, sweptAt: at(990), incidents: [] }, /no first region/],
    ['its canaries do not come through', { ...well, canaryAt: at(99) }, /canary/],
  ];
  it.each(AILING)('%s', (_what, report, why) => {
    if (why) expect(whatAils(report, STANDBY)).toMatch(why);
    else expect(whatAils(report, STANDBY)).toBeUndefined();
  });

  it('its ages are by its own clock: one that is wrong makes nobody missing', () => {
    const now = at(50_000);
    expect(hearing(undefined, well, STANDBY, now)).toEqual({
      askedAt: now,
      askedSince: now,
      heardAt: now,
      catalogue: 'd1',
    });
  });

  it('whoever was gone lives since it asked again', () => {
    const before = { askedSince: at(0), askedAt: at(300), heardAt: at(300) };
    const lives = (seconds: number) => hearing(before, { why: 'no answer' }, STANDBY, at(seconds)).askedSince;
    expect([lives(360), lives(450), lives(451)]).toEqual([at(0), at(0), at(451)]);
  });

  it('no answer leaves when it was last heard, and says why', () => {
    const before = { askedSince: at(0), askedAt: at(0), heardAt: at(0), catalogue: 'd1' };
    expect(hearing(before, { why: 'no answer' }, STANDBY, at(60))).toEqual({
      askedAt: at(60),
      askedSince: at(0),
      heardAt: at(0),
      catalogue: 'd1',
      why: 'no answer',
    });
    const ailing = hearing(before, { ...well, sweptAt: at(0) }, STANDBY, at(1000));
    expect(ailing).toMatchObject({ heardAt: at(0), askedAt: at(1000) });
    expect(ailing.why).toContain('sweep');
  });
});

describe('what becomes of an open incident of ours', () => {
  const opened = decide(undefined, { type: 'notices', notices: [notice('a', 'firing', 0)] }, context(at(0)))!;
  const theirs: PeerIncident = { id: ID, state: 'triggered', severity: 'critical' };
  const amira: PeerIncident = { ...theirs, state: 'acknowledged', acknowledgedAt: at(60), acknowledgedBy: 'amira' };
  const ended: PeerIncident = { ...theirs, state: 'resolved', resolvedAt: at(60) };
  const standby = { standsBy: true, livesSince: at(-999), missingSeconds: MISSING };
  const back = { ...standby, livesSince: at(200) };
  const first = { standsBy: false, livesSince: at(-999), missingSeconds: MISSING };
  const ack = { type: 'acknowledge', by: 'amira', via: 'the other region', at: at(60) };
  const resolve = { type: 'resolve', by: 'amira', via: 'the other region', at: at(60) };
  const by = (seconds: number) => ({ type: 'stand-by', until: at(seconds + MISSING) });
  const mine = (more: Partial<Incident>): Incident => ({ ...opened, ...more });
  const CASES: [string, Incident, PeerIncident | undefined, Omit<Answered, 'now'>, number, object | undefined][] = [
    ['the first has it: the standby stands by', opened, theirs, standby, 60, by(60)],
    ['the first has no such thing yet: wait', opened, undefined, standby, 150, undefined],
    ['the first has no such thing: the standby pages', opened, undefined, standby, 151, { type: 'stand-in' }],
    ['this region was gone: the end may still be on its way', opened, ended, back, 350, undefined],
    ['and has been back for so long: the standby pages', opened, ended, back, 351, { type: 'stand-in' }],
    ['the first never pages the less', opened, undefined, first, 500, undefined],
    ['the first has it too: nothing for the first to do', opened, theirs, first, 60, undefined],
    ['it is not as bad over there: wait', opened, { ...theirs, severity: 'error' }, standby, 60, undefined],
    [
      'still not as bad: the standby pages',
      opened,
      { ...theirs, severity: 'error' },
      standby,
      151,
      { type: 'stand-in' },
    ],
    ['it is worse over there: the standby stands by', mine({ severity: 'error' }), theirs, standby, 60, by(60)],
    ['somebody took it there: so it is here', opened, amira, standby, 90, ack],
    ['somebody took it at the standby: the first learns of it', opened, amira, first, 90, ack],
    ['they took it before it asked again here: no answer', mine({ triggeredAt: at(61) }), amira, first, 90, undefined],
    ['they took it before it opened here: no answer', mine({ openedAt: at(61) }), amira, first, 90, undefined],
    [
      'they took it before it opened here, and it is the same firing',
      mine({ openedAt: at(61) }),
      { ...amira, firingSince: at(0) },
      first,
      90,
      ack,
    ],
    [
      'the same firing asked again here since: no answer',
      mine({ triggeredAt: at(61) }),
      { ...amira, firingSince: at(0) },
      first,
      90,
      undefined,
    ],
    ['they took what is less bad: no answer', opened, { ...amira, severity: 'error' }, first, 90, undefined],
    [
      'taken there, and its signals ended there',
      opened,
      { ...amira, state: 'resolved', resolvedAt: at(80) },
      first,
      90,
      ack,
    ],
    ['taken here already: nothing', mine({ state: 'acknowledged' }), amira, standby, 90, undefined],
    ['somebody closed it there: so it is here', opened, { ...ended, resolvedBy: 'amira' }, standby, 90, resolve],
    [
      'and also where it was taken',
      mine({ state: 'acknowledged' }),
      { ...ended, resolvedBy: 'amira' },
      first,
      90,
      resolve,
    ],
    [
      'closed before it asked again here: no answer',
      mine({ triggeredAt: at(61) }),
      { ...ended, resolvedBy: 'a' },
      first,
      90,
      undefined,
    ],
    ['its signals ended over there: they may end here yet', opened, ended, standby, 210, undefined],
    ['over there and not here: the standby pages', opened, ended, standby, 211, { type: 'stand-in' }],
    [
      'over there before it opened here: from its opening',
      mine({ openedAt: at(100) }),
      ended,
      standby,
      251,
      { type: 'stand-in' },
    ],
    ['over here: nothing', mine({ state: 'resolved' }), theirs, standby, 90, undefined],
    ['a test page: nothing', mine({ test: { person: 'amira', channel: 'sms' } }), undefined, standby, 500, undefined],
  ];
  it.each(CASES)('%s', (_what, ours, other, answered, now, expected) => {
    expect(afterHearing(ours, other, { ...answered, now: at(now) })).toEqual(expected);
  });

  it('is matched by its group: the count of incidents may differ', () => {
    const other = { ...theirs, id: ID.replace(/-1$/, '-7') };
    const stranger = { ...theirs, id: 'k3v9qd7m2xab-1' };
    expect(counterparts([stranger, other])(opened)).toBe(other);
    expect(counterparts([stranger])(opened)).toBeUndefined();
  });
});

describe('a report', () => {
  const incident = decide(undefined, { type: 'notices', notices: [notice('a', 'firing', 0)] }, context(at(0)))!;
  const taken = decide(incident, { type: 'acknowledge', by: 'amira', via: 'link' }, context(at(9)))!;
  const report: Report = { at: at(60), role: 'first', sweptAt: at(59), catalogue: 'd1', incidents: [told(taken)] };

  it('is read as it was told, with no more of an incident than is decided by', () => {
    expect(readReport(JSON.parse(JSON.stringify(report)))).toEqual(report);
    expect(Object.keys(told(taken)).sort()).toEqual([
      'acknowledgedAt',
      'acknowledgedBy',
      'firingSince',
      'id',
      'severity',
      'state',
    ]);
  });

  it.each([null, 'x', 7, [], {}, { at: 'now', incidents: [] }, { at: at(0) }])('%j is none', (value) => {
    expect(() => readReport(value)).toThrow('deploy the same version');
  });

  it('leaves out what it cannot read', () => {
    const odd = {
      ...report,
      sweptAt: 7,
      role: 'king',
      catalogue: 'x'.repeat(999),
      silences: [7],
      overrides: [{ id: 'o' }],
      incidents: [null, { id: 'x' }, told(taken)],
    };
    expect(readReport(odd)).toEqual({ at: at(60), silences: [], overrides: [], incidents: [told(taken)] });
  });
});
