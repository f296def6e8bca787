/** Who is told that it is over, and what an incident keeps of the pages that are done. */
import { describe, expect, it } from 'vitest';
import { ends, fires, type Happenings, live, owedPages } from './world.ts';

const by = { by: 'ben', via: 'link' };
const sent = (page: string) => ({ type: 'sent', page }) as const;

describe('relief', () => {
  it('is not for whom an answer came first: their page was taken back and nobody knows that it went out', () => {
    const taken: Happenings = [
      [0, fires('a', 0)],
      [1, { type: 'claim', page: 'p0' }],
      [2, { type: 'acknowledge', ...by }],
    ];
    expect(owedPages(live([...taken, [60, ends('a', 60)]]))).toEqual([]);
    expect(owedPages(live([...taken, [3, sent('p0')], [60, ends('a', 60)]]))).toEqual(['relief sms amira 60']);
  });
});

describe('of what is done', () => {
  const asked = (rounds: number): Happenings =>
    Array.from({ length: rounds }, (_, n): Happenings => [[n + 1, { type: 'escalate', ...by }]]).flat();

  it('why it failed is kept, two hundred characters of it', () => {
    const failed = live([
      [0, fires('a', 0)],
      [1, { type: 'failed', page: 'p0', reason: 'x'.repeat(300), again: false }],
    ]);
    expect(failed.pages[0]!.failure).toBe('x'.repeat(200));
  });

  it('the oldest is forgotten first, and never what is still owed however old it is', () => {
    let incident = live([[0, fires('a', 0)]]);
    for (const [seconds, happening] of asked(60)) {
      incident = live([[seconds, happening]], incident);
      const due = incident.pages.filter(({ id, state }) => state === 'owed' && id !== 'p1' && id !== 'p2');
      incident = live(
        due.map(({ id }) => [seconds, sent(id)]),
        incident,
      );
    }
    expect(incident.pages.filter(({ state }) => state !== 'owed')).toHaveLength(40);
    // Amira's calls of the first step: owed before any other page, and owed still.
    expect(incident.pages.map(({ id }) => id).slice(0, 2)).toEqual(['p1', 'p2']);
    expect(owedPages(incident)).toContain('alert voice amira 120');
  });
});
