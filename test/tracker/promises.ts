/**
 * What the trackers of this folder promise beyond the contract (contract.ts), against local servers that behave as the vendors'
 * documentation says. A vendor that cannot do a thing says so in its `Subject`, and the case expects what it must do instead.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Draft, type OpenTracker, type Tracker, TrackerFailure } from '../../shared/tracker/tracker.ts';
import type { LocalTracker } from './servers/listen.ts';

export const MARK = 'pageturner-k3v9qd7m2xab';
export const NOW = '2026-11-25T09:00:00.000Z';

/** One vendor: its server, how it is opened there, and what it cannot do. */
export type Subject<Server extends LocalTracker> = {
  server: () => Server;
  open: OpenTracker;
  project: string;
  token: string;
  /** Closes a ticket as people do. */
  close: (server: Server, key: string) => void;
  /** Tickets and notes that are there, as the server has them. */
  tickets: (server: Server) => number;
  notes: (server: Server, key: string) => string[];
  /** Whether an asked request makes a ticket. */
  makes: (path: string, method: string) => boolean;
  hasDue: boolean;
  hasLabels: boolean;
  canReopen: boolean;
  /** Everything of a ticket that the server keeps, as text. */
  kept: (server: Server) => string;
};

export const DRAFT: Draft = {
  title: 'payments-api production:\ntarget 5xx 12 > 5 for 3m',
  body: `## Summary
<!-- pageturner:summary -->
Target 5xx **12 > 5** for 3m. \\<script\\>alert(1)\\</script\\> & [the page](<https://pages.example.gov.uk/k/1>)
<!-- /pageturner:summary -->

## Follow-ups
<!-- pageturner:follow_ups -->
- [ ] Answer the five whys (owner: payments, due: 2026-12-10) <!-- pageturner:f1 -->
- [x] Raise the pool <!-- pageturner:f2 -->
<!-- /pageturner:follow_ups -->
`,
  mark: MARK,
  labels: ['pageturner', 'severity critical'],
  due: '2026-12-10',
  confidential: true,
};

export function describeTracker<Server extends LocalTracker>(name: string, subject: Subject<Server>): void {
  describe(`${name}, beyond the contract`, () => {
    let server: Server;
    let tracker: Tracker;
    const opened = (token: string) => subject.open({ url: server.url, project: subject.project, token });
    beforeEach(async () => {
      server = await subject.server().start();
      tracker = opened(subject.token);
    });
    afterEach(() => server.stop());
    const failureOf = async (doing: Promise<unknown>): Promise<TrackerFailure> => {
      const error = await doing.then(
        () => new Error('it did not fail'),
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(TrackerFailure);
      return error as TrackerFailure;
    };

    it('makes no call before it is used', () => {
      expect(server.asked).toEqual([]);
    });

    it('finds nothing where nothing is', async () => {
      expect(await tracker.find(MARK)).toBeUndefined();
    });

    it('makes a ticket and finds it by its mark, and by no other', async () => {
      const made = await tracker.create(DRAFT);
      expect(made).toMatchObject({ state: 'open' });
      expect(made.key).not.toBe('');
      expect(made.name).not.toBe('');
      expect(made.url).toMatch(/^http/);
      expect(await tracker.find(MARK)).toMatchObject({ key: made.key, name: made.name, url: made.url, state: 'open' });
      // The second ticket of a cause has a mark that begins with that of the first.
      expect(await tracker.find(MARK.slice(0, -1))).toBeUndefined();
      expect(await tracker.find(`${MARK}-2`)).toBeUndefined();
    });

    it('finds the newest of several', async () => {
      await tracker.create(DRAFT);
      const second = await tracker.create(DRAFT);
      expect((await tracker.find(MARK))?.key).toBe(second.key);
    });

    it('reads the ticket as it was written: parts, boxes, labels and date', async () => {
      const { key } = await tracker.create(DRAFT);
      const read = (await tracker.read(key))!;
      for (const part of [
        '<!-- pageturner:summary -->',
        '<!-- /pageturner:summary -->',
        '<!-- pageturner:follow_ups -->',
      ])
        expect(read.body.split('\n')).toContain(part);
      expect(read.body).toContain('## Summary');
      expect(read.body).toContain('https://pages.example.gov.uk/k/1');
      expect(read.boxes).toEqual([
        { text: 'Answer the five whys (owner: payments, due: 2026-12-10) <!-- pageturner:f1 -->', isDone: false },
        { text: 'Raise the pool <!-- pageturner:f2 -->', isDone: true },
      ]);
      expect(read.labels).toContain(MARK);
      if (subject.hasLabels) expect(read.labels).toContain('pageturner');
      expect(read.due).toBe(subject.hasDue ? '2026-12-10' : undefined);
    });

    it('has no tag or script of what was written as text', async () => {
      const { key } = await tracker.create(DRAFT);
      expect(subject.kept(server)).not.toContain('<script');
      expect((await tracker.read(key))!.body).toMatch(/\\?<script\\?>alert\\?\(1\\?\)/);
    });

    it('writes the body anew, and reads it back', async () => {
      const { key } = await tracker.create(DRAFT);
      const before = (await tracker.read(key))!.body;
      await tracker.rewrite(key, before.replace('- [ ] Answer', '- [x] Answer'));
      const after = (await tracker.read(key))!;
      expect(after.boxes.map(({ isDone }) => isDone)).toEqual([true, true]);
      expect(after.body).toBe(before.replace('- [ ] Answer', '- [x] Answer'));
    });

    it('reads nothing of a ticket that is not there', async () => {
      expect(await tracker.read('999')).toBeUndefined();
    });

    it('sees that people closed a ticket, and when', async () => {
      const { key } = await tracker.create(DRAFT);
      subject.close(server, key);
      expect(await tracker.read(key)).toMatchObject({ state: 'closed', closedAt: '2026-11-26T09:00:00.000Z' });
      expect(await tracker.find(MARK)).toMatchObject({ key, state: 'closed' });
    });

    it('reopens a ticket, or says that it may not', async () => {
      const { key } = await tracker.create(DRAFT);
      subject.close(server, key);
      expect(await tracker.reopen(key)).toBe(subject.canReopen);
      expect((await tracker.read(key))!.state).toBe(subject.canReopen ? 'open' : 'closed');
    });

    it('adds a note once, however often', async () => {
      const { key } = await tracker.create(DRAFT);
      await tracker.note(key, 'Again, **12 days** after it was closed.', `${MARK}-note-1`);
      await tracker.note(key, 'Again, **12 days** after it was closed.', `${MARK}-note-1`);
      await tracker.note(key, 'Again.', `${MARK}-note-2`);
      expect(subject.notes(server, key)).toHaveLength(2);
    });

    it('takes no mark for another that begins like it', async () => {
      const { key } = await tracker.create(DRAFT);
      await tracker.note(key, 'Again.', `${MARK}-12`);
      await tracker.note(key, 'Again.', `${MARK}-1`);
      expect(subject.notes(server, key)).toHaveLength(2);
    });

    it('takes a page in place of an answer for a fault that passes, and for no empty list', async () => {
      const page = { status: 200, body: '<html><title>Sign in to the proxy</title></html>' };
      for (const doing of [() => tracker.find(MARK), () => tracker.create(DRAFT), () => tracker.read('1')]) {
        server.faults.push({ on: () => true, answer: page });
        expect((await failureOf(doing())).again).toBe(true);
      }
      server.faults.push({ on: () => true, answer: { status: 200, body: { nothing: 'known' } } });
      expect((await failureOf(tracker.find(MARK))).again).toBe(true);
      expect(subject.tickets(server)).toBe(0);
    });

    it('adds a note once where the answer was lost', async () => {
      const { key } = await tracker.create(DRAFT);
      server.faults.push({ on: ({ method, path }) => method !== 'GET' && !subject.makes(path, method), lose: true });
      await failureOf(tracker.note(key, 'Again.', `${MARK}-note-1`));
      await tracker.note(key, 'Again.', `${MARK}-note-1`);
      expect(subject.notes(server, key)).toHaveLength(1);
    });

    it('relates two tickets once, however often', async () => {
      const { key: one } = await tracker.create(DRAFT);
      const { key: other } = await tracker.create({ ...DRAFT, mark: `${MARK}-2` });
      await tracker.link(other, one);
      const once = subject.kept(server);
      await tracker.link(other, one);
      expect(subject.kept(server)).toBe(once);
      expect(once.length).toBeGreaterThan(0);
    });

    it('is found after the answer of its making was lost', async () => {
      server.faults.push({ on: ({ method, path }) => subject.makes(path, method), lose: true });
      const failure = await failureOf(tracker.create(DRAFT));
      expect(failure.again).toBe(true);
      expect(subject.tickets(server)).toBe(1);
      expect(await tracker.find(MARK)).toBeDefined();
    });

    it.each([429, 503])('waits as long as it is told with %d', async (status) => {
      server.faults.push({ on: () => true, answer: { status, body: {}, headers: { 'retry-after': '17' } } });
      expect(await failureOf(tracker.find(MARK))).toMatchObject({ again: true, afterSeconds: 17 });
    });

    it('reads a date in Retry-After by the clock of the tracker', async () => {
      const headers = { date: 'Wed, 25 Nov 2026 09:00:00 GMT', 'retry-after': 'Wed, 25 Nov 2026 09:02:00 GMT' };
      server.faults.push({ on: () => true, answer: { status: 429, body: {}, headers } });
      expect(await failureOf(tracker.find(MARK))).toMatchObject({ again: true, afterSeconds: 120 });
    });

    it('may try again where it is broken, and not where it was refused', async () => {
      server.faults.push({ on: () => true, answer: { status: 500, body: '<html>Oops</html>' } });
      expect((await failureOf(tracker.find(MARK))).again).toBe(true);
      server.faults.push({ on: () => true, answer: { status: 400, body: { message: 'no' } } });
      expect((await failureOf(tracker.find(MARK))).again).toBe(false);
      server.faults.push({ on: () => true, lose: true });
      expect((await failureOf(tracker.find(MARK))).again).toBe(true);
    });

    it('refuses to work with a wrong token, and finds nothing with it', async () => {
      const stranger = opened('wrong-token-of-somebody');
      expect((await failureOf(stranger.find(MARK))).again).toBe(false);
      expect((await failureOf(stranger.create(DRAFT))).again).toBe(false);
      expect(subject.tickets(server)).toBe(0);
    });

    it('follows no redirect: the token would go with it', async () => {
      server.faults.push({
        on: () => true,
        answer: { status: 302, headers: { location: 'https://elsewhere.example/' } },
      });
      await failureOf(tracker.find(MARK));
      expect(server.asked).toHaveLength(1);
    });

    it('has neither token, nor text, nor address in what it throws', async () => {
      const said: string[] = [];
      for (const status of [301, 400, 401, 403, 404, 409, 422, 429, 500, 503]) {
        const answer = {
          status,
          body: { message: `${subject.token} ${DRAFT.title} secret@example.gov.uk`, errors: { summary: 'x' } },
        };
        for (const doing of [
          () => tracker.find(MARK),
          () => tracker.create(DRAFT),
          () => tracker.rewrite('1', DRAFT.body),
        ]) {
          server.faults.push({ on: () => true, answer });
          said.push(String(await doing().catch((error: Error) => `${error.message} ${error.stack}`)));
          server.faults.length = 0;
        }
      }
      for (const secret of [
        subject.token,
        subject.token.split(':').at(-1)!,
        'secret@example',
        'target 5xx',
        'alert(1)',
        server.url,
      ])
        expect(said.join('\n')).not.toContain(secret);
    });

    it('says that all is well', async () => {
      const checks = await tracker.check(NOW);
      expect(checks.length).toBeGreaterThan(0);
      expect(checks.filter(({ level }) => level === 'fail')).toEqual([]);
      expect(subject.tickets(server)).toBe(0);
    });

    it('says that its token is wrong, as a finding or a failure that does not pass', async () => {
      const found = await opened('wrong-token-of-somebody')
        .check(NOW)
        .catch((error: unknown) => error);
      if (found instanceof TrackerFailure) expect(found.again).toBe(false);
      else expect(found).toEqual(expect.arrayContaining([expect.objectContaining({ level: 'fail' })]));
    });
  });
}
