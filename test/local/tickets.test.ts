/** The morning after, with real processes: an alert, a page, an end, and a ticket in the tracker beside the phone. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Incident } from '../../shared/incident/incident.ts';
import type { Problem } from '../../shared/problem/problem.ts';
import { expectMessage, type Running, run } from './running.ts';

const root = join(import.meta.dirname, '../..');
let stack: Running;

beforeAll(async () => {
  stack = await run(4862);
});
afterAll(async () => {
  await stack?.end();
});

const cli = async (...args: string[]) =>
  (
    await promisify(execFile)(process.execPath, [join(root, 'cli/pageturner.ts'), ...args, '--to', stack.baseUrl], {
      env: { ...process.env, PAGETURNER_TOKEN: 'local' },
    })
  ).stdout;
const send = (sample: string) => cli('send', join(root, 'samples', sample));
const incidents = async () =>
  (JSON.parse(await cli('incidents', '--resolved', '--json')) as { incidents: Incident[] }).incidents;
const open = async () => (JSON.parse(await cli('incidents', '--json')) as { incidents: Incident[] }).incidents;
/** Those whose ticket is made: the first one waits. */
const problems = async () =>
  (JSON.parse(await cli('problems', '--json')) as { problems: Problem[] }).problems.filter(({ ticket }) => ticket);
const issues = () => stack.tracker.state.projects.flatMap((project) => project.issues);

it('a tracker that is busy delays no page, and the ticket stays owed', async () => {
  stack.tracker.faults.push({ at: /issues/, times: 1, status: 429, retryAfter: '2' });
  await send('cloudwatch-alarm.json');
  await expectMessage(stack, ({ channel }) => channel === 'sms', 5000);
  await send('cloudwatch-ok.json');
  await expectMessage(stack, ({ text }) => /Resolved after/.test(text), 5000);
  await expect.poll(async () => (await incidents())[0]?.ticket?.tries, { timeout: 15_000 }).toBe(1);
  expect(issues()).toEqual([]);
});

it('the next incident of another cause has its ticket within seconds, and its page names it', async () => {
  await cli('send', join(root, 'samples', 'azure-metric.json'));
  await expect.poll(async () => (await open()).length, { timeout: 10_000 }).toBeGreaterThan(0);
  const [incident] = await open();
  await cli('review', incident!.id, '--open');
  await expect.poll(() => issues().length, { timeout: 15_000 }).toBe(1);
  await expect.poll(async () => (await problems())[0]?.ticket?.name, { timeout: 15_000 }).toBe('#1');
  const page = await fetch(`${stack.baseUrl}/k/${incident!.id}`, { headers: { authorization: 'Bearer local' } });
  expect(await page.text()).toContain(`href="${(await problems())[0]!.ticket!.url}"`);
  expect(await cli('review', incident!.id, '--open')).toMatch(/^There is one already: #1 http/);
});

it('closed in the tracker is closed here, by its webhook', async () => {
  const [project] = stack.tracker.state.projects.filter(({ issues: all }) => all.length > 0);
  const closed = await fetch(`${stack.phoneUrl}/tracker/${project!.path}/-/issues/1`, {
    method: 'POST',
    body: new URLSearchParams({ action: 'close' }),
    redirect: 'manual',
  });
  expect(closed.status).toBe(303);
  await expect.poll(problems, { timeout: 10_000 }).toEqual([]);
  expect(await cli('problems', '--closed')).toMatch(/^#1 closed /);
});
