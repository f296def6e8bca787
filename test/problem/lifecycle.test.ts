/** What becomes of a problem, and of its follow-ups as check boxes of its ticket. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boxes, proposed, readBoxes } from '../../shared/problem/follow-ups.ts';
import {
  heard,
  markOf,
  newProblem,
  nextRound,
  parseMark,
  released,
  told,
  tried,
  unseenUntil,
} from '../../shared/problem/lifecycle.ts';
import type { FollowUp } from '../../shared/problem/problem.ts';
import { boxesOf } from '../../shared/tracker/boxes.ts';
import { at, fires, live } from '../incident/world.ts';

const incident = live([[0, fires('a', 0)]]);
const about = { title: 'x', owner: 'payments', tracker: 'gitlab', project: 'sre/problems' };
const problem = newProblem(incident, about, at(0));
const TICKET = { key: '1', name: '#1', url: 'https://g/1' };
const open = told({ ...problem, version: 1 }, TICKET, incident.id, at(1));

describe('a mark', () => {
  it('is a label of one ticket, without spaces, of at most 50 characters, and tells its cause and round', () => {
    for (const round of [1, 2, 37]) {
      const mark = markOf({ cause: problem.cause, round });
      expect(mark).toMatch(/^[a-z0-9-]{1,50}$/);
      expect(parseMark(mark)).toEqual({ cause: problem.cause, round });
    }
  });

  it.each([
    'pageturner',
    'pageturner-',
    'pageturner-k3v9qd7m2xa',
    'pageturner-k3v9qd7m2xab-0',
    'x-pageturner-k3v9qd7m2xab',
    'PAGETURNER-K3V9QD7M2XAB',
  ])('is not %s', (label) => {
    expect(parseMark(label)).toBeUndefined();
  });
});

describe('a try', () => {
  it('is one at a time, until its lease is over', () => {
    const mine = tried(problem, 'mine', at(0))!;
    expect(tried(mine, 'yours', at(179))).toBeUndefined();
    expect(tried(mine, 'mine', at(179))).toBeDefined();
    expect(tried(mine, 'yours', at(180))).toMatchObject({ trying: { by: 'yours' } });
  });

  it('is given back by the one who has it alone', () => {
    const mine = tried(problem, 'mine', at(0))!;
    expect(released(mine, 'yours', true, at(1))).toBe(mine);
    expect(released(mine, 'mine', true, at(1)).trying).toBeUndefined();
  });

  it('waits where a ticket that was asked for may be there unseen, and no longer', () => {
    const asked = { ...problem, askedAt: at(0) };
    expect(unseenUntil(asked, 60, at(59))).toBe(at(60));
    expect(unseenUntil(asked, 60, at(60))).toBeUndefined();
    expect(unseenUntil(asked, 0, at(1))).toBeUndefined();
    expect(unseenUntil(problem, 60, at(1))).toBeUndefined();
  });
});

describe('what a tracker says', () => {
  it('of a close is kept with its time, and the cause is watched for thirty days', () => {
    const closed = heard(open, { state: 'closed', closedAt: at(100) }, at(200));
    expect(closed).toMatchObject({ state: 'closed', closedAt: at(100), watchedUntil: at(100 + 30 * 86_400) });
    expect(heard(closed, { state: 'closed', closedAt: at(100) }, at(300))).toBe(closed);
  });

  it('of a ticket that was reopened makes it open again', () => {
    const again = heard(heard(open, { state: 'closed' }, at(2)), { state: 'open' }, at(3));
    expect(again.state).toBe('open');
    expect([again.closedAt, again.watchedUntil]).toEqual([undefined, undefined]);
  });

  it('that is not new changes nothing', () => {
    expect(heard(open, { state: 'open' }, at(9))).toBe(open);
  });

  it('the next round forgets the ticket and names it', () => {
    const next = nextRound(heard(open, { state: 'closed', closedAt: at(5) }, at(5)), incident, about, at(9));
    expect(next).toMatchObject({ round: 2, state: 'asked', before: { key: '1', name: '#1', closedAt: at(5) } });
    expect(next.ticket).toBeUndefined();
  });
});

describe('follow-ups', () => {
  const known = proposed(incident, 'payments', at(0));
  const ticked = (text: string) => readBoxes(known, boxesOf(text), at(9));

  it('are proposed with an owner and a date by severity', () => {
    expect(known).toEqual([
      {
        id: 'f1',
        text: 'Answer the five whys',
        state: 'proposed',
        owner: 'payments',
        due: '2026-12-08',
        proposedAt: at(0),
      },
    ]);
  });

  it('come back from the ticket as they were written', () => {
    expect(readBoxes(known, boxesOf(boxes(known)), at(9))).toEqual(known);
  });

  it('ticked are done, and cleared again are not', () => {
    const text = boxes(known);
    const done = ticked(text.replace('- [ ]', '- [x]'));
    expect(done[0]!.state).toBe('done');
    expect(readBoxes(done, boxesOf(text), at(10))[0]!.state).toBe('agreed');
  });

  it('that people added are taken over, with owner and date where they are written so', () => {
    const added =
      '* [ ] Alarm on the queue (owner: platform, due: 2027-01-31)\n- [X] Rolled back\n1. [ ] Write it down';
    expect(ticked(`${boxes(known)}\n${added}`).slice(1)).toEqual([
      {
        id: 'f2',
        text: 'Alarm on the queue',
        state: 'proposed',
        owner: 'platform',
        due: '2027-01-31',
        proposedAt: at(9),
      },
      { id: 'f3', text: 'Rolled back', state: 'done', proposedAt: at(9) },
      { id: 'f4', text: 'Write it down', state: 'proposed', proposedAt: at(9) },
    ]);
  });

  it('that people took away stay on record', () => {
    expect(ticked('nothing')).toEqual(known);
  });

  it('of any text come back as they are, and a second look adds none', () => {
    const text = fc.string({ minLength: 1, maxLength: 60 }).map((one) => one.replace(/\s+/g, ' ').trim());
    fc.assert(
      fc.property(
        text.filter((one) => one !== ''),
        fc.boolean(),
        (said, isDone) => {
          const one: FollowUp = { id: 'f1', text: said, state: isDone ? 'done' : 'proposed', proposedAt: at(0) };
          const read = readBoxes([one], boxesOf(boxes([one])), at(9));
          expect(read).toHaveLength(1);
          expect(read[0]).toMatchObject({ id: 'f1', state: one.state });
        },
      ),
    );
  });
});
