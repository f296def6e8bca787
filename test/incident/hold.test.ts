/** What is held, or held still because it flaps, and is acted on by a person meanwhile. */
import { describe, expect, it } from 'vitest';
import { at, ends, fires, type Happenings, live, owedPages, saidOf, timersOf } from './world.ts';

const asked = { by: 'amira', via: 'link' };
const held: Happenings = [[0, fires('a', 0, { holdSeconds: 120 })]];

describe('what is held', () => {
  it('and handed over is with that person: the end of the hold does not take it back to the policy', () => {
    const incident = live([...held, [60, { type: 'hand-over', to: 'ben', ...asked }]]);
    expect(owedPages(incident)).toEqual(['alert sms ben 60', 'alert voice ben 180', 'alert voice ben 360']);
    expect(timersOf(incident)).toEqual(['step 360']);
  });

  it('and escalated pages the first step at once, and not once more at the end of the hold', () => {
    const incident = live([...held, [60, { type: 'escalate', ...asked }]]);
    expect(owedPages(incident)).toContain('alert sms amira 60');
    expect(timersOf(incident)).toEqual(['step 360']);
    expect(incident.pages.every(({ place }) => place?.round === 0 && place.step === 0)).toBe(true);
    expect(incident.quietUntil).toBeUndefined();
  });

  it('and acknowledged waits for nothing but its acknowledgement to lapse', () => {
    const incident = live([...held, [60, { type: 'acknowledge', ...asked }]]);
    expect(timersOf(incident)).toEqual(['ack-expires 7260']);
  });

  it('and over owes nothing and brings no relief', () => {
    const incident = live([...held, [60, ends('a', 60)]]);
    expect([...owedPages(incident), ...timersOf(incident)]).toEqual([]);
    expect(saidOf(incident).at(-1)).toBe('All signals are over: resolved');
  });

  it('for shorter than it has fired is not held at all', () => {
    expect(timersOf(live([[200, fires('a', 0, { holdSeconds: 120 })]]))).toEqual(['step 500']);
    expect(live([[119, fires('a', 0, { holdSeconds: 120 })]]).quietUntil).toBe(at(120));
  });
});
