import { describe, expect, it } from 'vitest';
import { type Changed, type Said, withFollowUp, withNewFollowUp, withWhy } from '../../shared/problem/changes.ts';
import { boxes } from '../../shared/problem/follow-ups.ts';
import { freshened } from '../../shared/problem/freshen.ts';
import { heard } from '../../shared/problem/lifecycle.ts';
import type { Problem } from '../../shared/problem/problem.ts';
import { section } from '../../shared/problem/sections.ts';
import { whyTree } from '../../shared/problem/whys.ts';
import { catalogue } from '../incident/world.ts';

const now = '2026-11-25T09:00:00.000Z';
const later = '2026-11-26T09:00:00.000Z';
const blank: Problem = {
  cause: 'k3v9qd7m2xab' as Problem['cause'],
  version: 1,
  title: 'payments-api production: slow',
  owner: 'payments',
  tracker: 'gitlab',
  project: 'sre/problems',
  round: 1,
  ticket: { key: '1', name: '#1', url: 'https://gitlab.example.gov.uk/1' },
  state: 'open',
  openedAt: now,
  incidents: ['k3v9qd7m2xab-1'],
  whys: [],
  followUps: [{ id: 'f1', text: 'Answer the five whys', state: 'proposed', proposedAt: now }],
  updatedAt: now,
};
const done = (changed: Changed): Problem => {
  if ('why' in changed) throw new Error(changed.why);
  return changed.problem;
};
const why = (problem: Problem, text: string, under?: string) => withWhy(problem, { text, under }, { catalogue, now });

describe('an answer to a why', () => {
  it('is kept under the one that it is the reason of, and the ticket owes it', () => {
    const one = done(why(blank, ' The pool was\n full '));
    const two = done(why(one, 'No timer closes idle connections', 'w1'));
    expect(two.whys).toEqual([
      { id: 'w1', text: 'The pool was full', at: now },
      { id: 'w2', text: 'No timer closes idle connections', under: 'w1', at: now },
    ]);
    expect(two.stale).toEqual(['whys']);
    expect(blank.whys).toEqual([]);
  });

  it.each<[string, Changed, string]>([
    ['that names a person', why(blank, 'amira forgot it'), '"amira" is a person. Ask what, not who'],
    ['that is empty', why(blank, ' \n '), 'The answer is empty.'],
    ['that is long', why(blank, 'x'.repeat(501)), 'longer than 500'],
    ['under one that there is not', why(blank, 'x', 'w9'), 'There is no answer w9'],
  ])('%s is refused', (_, changed, sentence) => {
    expect('why' in changed && changed.why).toContain(sentence);
  });

  it('is at most ten deep, and there are fifty at most', () => {
    let deep = blank;
    for (let n = 0; n < 10; n++) deep = done(why(deep, `reason ${n}`, n === 0 ? undefined : `w${n}`));
    expect(why(deep, 'one more', 'w10')).toHaveProperty('why');
    let wide = blank;
    for (let n = 0; n < 50; n++) wide = done(why(wide, `reason ${n}`));
    expect(why(wide, 'one more')).toHaveProperty('why');
  });

  it('makes nothing stale where there is no ticket: it is made from the record', () => {
    const { ticket: _, ...without } = blank;
    expect(done(why(without, 'The pool was full')).stale).toBeUndefined();
  });
});

describe('a follow-up', () => {
  const change = (said: Said) => withFollowUp(blank, 'f1', said, later);

  it.each<[Said, object]>([
    [
      { state: 'agreed', owner: 'ledger', due: '2026-12-11' },
      { state: 'agreed', owner: 'ledger', due: '2026-12-11' },
    ],
    [{ state: 'done' }, { state: 'done', endedAt: later }],
    [
      { state: 'not doing', because: 'it costs more' },
      { state: 'not doing', because: 'it costs more', endedAt: later },
    ],
    [{ text: 'Ask why' }, { state: 'proposed', text: 'Ask why' }],
  ])('%j', (said, expected) => {
    const changed = done(change(said));
    expect(changed.followUps[0]).toMatchObject(expected);
    expect(changed.stale).toEqual(['follow_ups']);
  });

  it.each<[Said, string]>([
    [{ state: 'not doing' }, 'Say why it is not done'],
    [{ due: 'soon' }, 'Write the date like 2026-12-11.'],
    [{ due: '2026-13-40' }, 'Write the date like 2026-12-11.'],
    [{ owner: ' ' }, 'The owner is empty.'],
  ])('%j is refused', (said, sentence) => {
    const changed = change(said);
    expect('why' in changed && changed.why).toContain(sentence);
  });

  it('that is taken up again has neither a reason nor an end', () => {
    const not = done(change({ state: 'not doing', because: 'no time' }));
    const again = done(withFollowUp(not, 'f1', { state: 'agreed' }, later)).followUps[0]!;
    expect([again.because, again.endedAt]).toEqual([undefined, undefined]);
  });

  it('that is new is proposed, and is the team’s whose service it is', () => {
    const next = done(withNewFollowUp(blank, { text: 'Close idle connections', due: '2026-12-11' }, now));
    expect(next.followUps[1]).toEqual({
      id: 'f2',
      text: 'Close idle connections',
      state: 'proposed',
      owner: 'payments',
      due: '2026-12-11',
      proposedAt: now,
    });
    expect(withNewFollowUp(blank, { text: ' ' }, now)).toHaveProperty('why');
  });
});

describe('a ticket that lacks what people said here', () => {
  const whys = done(why(done(why(blank, 'The pool was full')), 'No timer closes them', 'w1'));
  const bodyOf = (tree: string, list = boxes(blank.followUps)) =>
    `Intro of the team\n\n## Five whys\n${section('whys', tree)}\n\n## Follow-ups\n${section('follow_ups', list)}\n\nTheirs.\n`;
  const fresh = (problem: Problem, body: string, read: { text: string; isDone: boolean }[] = []) =>
    freshened(problem, { body, boxes: read }, { first: 'It was slow', now: later });

  it.each([0, 1])('gets the answers where it has the first %d of them', (count) => {
    const { body, note } = fresh(whys, bodyOf(whyTree('It was slow', whys.whys.slice(0, count))));
    expect(body).toBe(bodyOf(whyTree('It was slow', whys.whys)));
    expect(note).toBeUndefined();
  });

  it('keeps a tree that people changed, and gets ours as a note', () => {
    const theirs = bodyOf('- **Why were people paged?** It was slow\n  - **Why?** Because of the moon');
    const { body, note } = fresh(whys, theirs);
    expect(body).toBe(theirs);
    expect(note).toContain('No timer closes them');
  });

  it('gets a note where people took the part away', () => {
    expect(fresh(whys, 'All ours now.')).toMatchObject({
      body: 'All ours now.',
      note: expect.stringContaining('full'),
    });
  });

  it('has its follow-ups changed line by line, and those that people added are kept', () => {
    const agreed = done(withFollowUp(blank, 'f1', { state: 'not doing', because: 'no time' }, now));
    const next = done(withNewFollowUp(agreed, { text: 'Close idle connections' }, now));
    const list = `Look here:\n${boxes(blank.followUps)}\n- [x] Buy a disk (owner: infra, due: 2026-12-01)`;
    const { body, followUps } = fresh(next, bodyOf('ours', list), [
      { text: 'Answer the five whys <!-- pageturner:f1 -->', isDone: false },
      { text: 'Buy a disk (owner: infra, due: 2026-12-01)', isDone: true },
    ]);
    expect(body).toContain('Look here:');
    expect(body).toContain('Answer the five whys Not doing, because no time. <!-- pageturner:f1 -->');
    expect(body).toContain('- [ ] Close idle connections (owner: payments) <!-- pageturner:f2 -->');
    expect(body).toMatch(/- \[x\] Buy a disk \(owner: infra, due: 2026-12-01\) <!-- pageturner:f3 -->/);
    expect(followUps.map(({ id, state }) => `${id} ${state}`)).toEqual(['f1 not doing', 'f2 proposed', 'f3 done']);
  });

  it('does not undo what people said here while it is old', () => {
    const ticked = done(withFollowUp(blank, 'f1', { state: 'done' }, now));
    const news = {
      state: 'open' as const,
      boxes: [{ text: 'Answer the five whys <!-- pageturner:f1 -->', isDone: false }],
    };
    expect(heard(ticked, news, later).followUps[0]!.state).toBe('done');
    const { stale: _, ...written } = ticked;
    expect(heard(written, news, later).followUps[0]!.state).toBe('agreed');
  });
});
