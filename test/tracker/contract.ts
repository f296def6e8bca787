/**
 * What every tracker must do: one suite, run against a local server of each vendor that behaves as its documentation says.
 * A case that a vendor cannot do is skipped by name, with the reason in the test's title.
 */
import { beforeEach, describe, expect, it } from 'vitest';
import { type Draft, type Tracker, TrackerFailure } from '../../shared/tracker/tracker.ts';

/** A server that is fresh for each case. */
export type Scene = {
  /** Opens the tracker as the catalogue would. */
  open: (with_?: { token?: string; project?: string }) => Tracker;
  /** A token that the server knows and that may do everything, and one that has expired. */
  tokens: { good: string; expired: string };
  project: string;
  /** The next request that makes a ticket is done, and its answer is lost. */
  loseCreation: () => void;
  /** The next request is answered so, before anything is done. */
  refuse: (status: number, retryAfter?: string) => void;
  /** As people do it at the tracker. */
  close: (key: string, at: string) => void;
  remove: (key: string) => void;
  notes: (key: string) => string[];
  count: () => number;
  links: (key: string) => string[];
  /** Whether outsiders see the ticket; undefined where the tracker has no such thing. */
  isConfidential: (key: string) => boolean | undefined;
};

export const draft = (change: Partial<Draft> = {}): Draft => ({
  title: 'payments-api production: target 5xx 12 > 5',
  body: '## Summary\n\nIt broke.\n\n- [ ] Answer the five whys (owner: payments, due: 2026-12-10) <!-- pageturner:f1 -->\n- [x] Roll back\n',
  mark: 'pageturner-k3v9qd7m2xab',
  labels: ['pageturner', 'pageturner-k3v9qd7m2xab'],
  due: '2026-12-10',
  confidential: true,
  ...change,
});

const NOW = '2026-11-25T03:12:00.000Z';

/** The failure of a call that must fail. */
async function failure(call: Promise<unknown>): Promise<TrackerFailure> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(TrackerFailure);
  return error as TrackerFailure;
}

export function contract(vendor: string, start: () => Promise<Scene>): void {
  describe(`the contract of trackers: ${vendor}`, () => {
    let scene: Scene;
    let tracker: Tracker;
    beforeEach(async () => {
      scene = await start();
      tracker = scene.open();
    });

    it('a ticket that was made is found by its mark, open and closed, and by no other', async () => {
      const made = await tracker.create(draft());
      expect(await tracker.find(draft().mark)).toMatchObject({
        key: made.key,
        name: made.name,
        url: made.url,
        state: 'open',
      });
      expect(await tracker.find('pageturner-k3v9qd7m2xac')).toBeUndefined();
      expect(await tracker.find('pageturner-k3v9qd7m2xa')).toBeUndefined();
      scene.close(made.key, NOW);
      expect(await tracker.find(draft().mark)).toMatchObject({ key: made.key, state: 'closed' });
    });

    it('is read back with its text and its check boxes', async () => {
      const { key } = await tracker.create(draft());
      const read = await tracker.read(key);
      expect(read?.body).toContain('It broke.');
      expect(read?.boxes).toEqual([
        { text: expect.stringContaining('Answer the five whys'), isDone: false },
        { text: 'Roll back', isDone: true },
      ]);
    });

    it('of an unknown label is made with it', async () => {
      const { key } = await tracker.create(draft({ labels: ['never-seen-before', draft().mark] }));
      expect(await tracker.find(draft().mark)).toMatchObject({ key });
    });

    it('is confidential where the tracker can do that', async () => {
      const { key } = await tracker.create(draft());
      expect(scene.isConfidential(key)).not.toBe(false);
    });

    it('is found after the answer to its making was lost: one ticket, not two', async () => {
      scene.loseCreation();
      expect((await failure(tracker.create(draft()))).again).toBe(true);
      expect(await tracker.find(draft().mark)).toBeDefined();
      expect(scene.count()).toBe(1);
    });

    it('has a note once, however often it is written', async () => {
      const { key } = await tracker.create(draft());
      await tracker.note(key, '**Again**', 'k3v9qd7m2xab-2');
      await tracker.note(key, '**Again**', 'k3v9qd7m2xab-2');
      await tracker.note(key, '**Again**', 'k3v9qd7m2xab-3');
      expect(scene.notes(key).filter((text) => text.includes('Again'))).toHaveLength(2);
    });

    it('with hundreds of notes still has each once', async () => {
      const { key } = await tracker.create(draft());
      for (let n = 1; n <= 120; n++) await tracker.note(key, 'Again', `k3v9qd7m2xab-${n}`);
      await tracker.note(key, 'Again', 'k3v9qd7m2xab-1');
      expect(scene.notes(key)).toHaveLength(120);
    });

    it('is written anew', async () => {
      const { key } = await tracker.create(draft());
      await tracker.rewrite(key, '## Summary\n\nIt broke twice.\n');
      expect((await tracker.read(key))?.body).toContain('It broke twice.');
    });

    it('is reopened, or says that it cannot be', async () => {
      const { key } = await tracker.create(draft());
      scene.close(key, NOW);
      const isReopened = await tracker.reopen(key);
      expect((await tracker.read(key))?.state).toBe(isReopened ? 'open' : 'closed');
    });

    it('says when it was closed, where the tracker knows', async () => {
      const { key } = await tracker.create(draft());
      scene.close(key, NOW);
      expect([NOW, undefined]).toContain((await tracker.read(key))?.closedAt);
    });

    it('is linked to another, and twice is as good as once', async () => {
      const one = await tracker.create(draft());
      const two = await tracker.create(draft({ mark: 'pageturner-k3v9qd7m2xab-2' }));
      await tracker.link(two.key, one.key);
      await tracker.link(two.key, one.key);
      expect(scene.links(two.key).length).toBeLessThanOrEqual(1);
    });

    it('that was deleted is not there', async () => {
      const { key } = await tracker.create(draft());
      scene.remove(key);
      expect(await tracker.read(key)).toBeUndefined();
    });

    it('of a project that is not there is a failure, and no ticket that is gone', async () => {
      const { key } = await tracker.create(draft());
      const elsewhere = scene.open({ project: 'no/such' });
      expect((await failure(elsewhere.read(key))).again).toBe(false);
      expect((await failure(elsewhere.create(draft()))).again).toBe(false);
      expect((await failure(elsewhere.find(draft().mark))).again).toBe(false);
    });

    it.each([
      [429, '37', true, 37],
      [429, undefined, true, undefined],
      [500, undefined, true, undefined],
      [503, '5', true, 5],
    ] as const)('busy or broken (%s, Retry-After %s) may pass', async (status, retryAfter, again, afterSeconds) => {
      scene.refuse(status, retryAfter);
      expect(await failure(tracker.create(draft()))).toMatchObject({ again, afterSeconds });
      expect(scene.count()).toBe(0);
    });

    it('an expired token does not pass by itself, and no failure names a token', async () => {
      const { expired } = scene.tokens;
      const failed = await failure(scene.open({ token: expired }).create(draft()));
      expect(failed.again).toBe(false);
      for (const token of Object.values(scene.tokens)) expect(`${failed.message}${failed.stack}`).not.toContain(token);
    });

    it('is checked: well with a good token, not with one that has expired, nor without its project', async () => {
      const levels = async (one: Tracker) => (await one.check(NOW)).map(({ level }) => level);
      expect(await levels(tracker)).not.toContain('fail');
      expect(await levels(scene.open({ token: scene.tokens.expired }))).toContain('fail');
      expect(await levels(scene.open({ project: 'no/such' }))).toContain('fail');
    });

    it('a title and a text as long as they come are taken, cut where the tracker must', async () => {
      const { key } = await tracker.create(draft({ title: 'x'.repeat(2000), body: `${'y'.repeat(1_100_000)}` }));
      expect((await tracker.read(key))?.body.length).toBeGreaterThan(1000);
    });
  });
}
