/** The night in a real browser, as wide as a phone: what a person sees, presses and reads; and axe has nothing serious to say. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import AxeBuilder from '@axe-core/playwright';
import chromium from '@sparticuz/chromium';
import { type Browser, type BrowserContextOptions, type Page, chromium as playwright } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Running, run } from '../local/running.ts';

/** In one process, as Lambda needs it, the browser would end with its first window. */
const ARGS = chromium.args.filter((one) => !['--single-process', '--no-zygote'].includes(one));
const root = join(import.meta.dirname, '../..');
const PHONE = { width: 390, height: 780 };
/** The browser that npm brings along is for this machine alone. */
const hasBrowser = process.platform === 'linux' && process.arch === 'x64';
if (!hasBrowser)
  console.warn(`SKIPPED: the browser tests: no browser for ${process.platform} ${process.arch} comes with npm ci.`);

describe.runIf(hasBrowser)('the night, in a browser', () => {
  let stack: Running;
  let browser: Browser;

  beforeAll(async () => {
    [stack, browser] = await Promise.all([
      run(4780),
      chromium
        .executablePath()
        .then((executablePath) => playwright.launch({ executablePath, args: ARGS, headless: true })),
    ]);
    const samples = ['gitlab-deployment', 'cloudwatch-alarm'].map((name) => join(root, `samples/${name}.json`));
    const cli = join(root, 'cli/pageturner.ts');
    await promisify(execFile)(process.execPath, [cli, 'send', '--to', stack.baseUrl, ...samples]);
  });
  afterAll(async () => {
    await browser?.close();
    await stack?.end();
  });

  const open = async (options: BrowserContextOptions = {}): Promise<Page> =>
    (await browser.newContext({ viewport: PHONE, colorScheme: 'dark', ...options })).newPage();
  const linkOnThePhone = async (): Promise<string> => {
    const page = await open();
    await page.goto(stack.phoneUrl);
    const link = page.locator('#messages li.sms a').first();
    const href = await link.getAttribute('href', { timeout: 5000 });
    await page.context().close();
    return href!;
  };
  const seriousOn = async (page: Page): Promise<string[]> => {
    const { violations } = await new AxeBuilder({ page }).analyze();
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  };

  it('the phone shows the text with one link, and axe has nothing serious to say of it', async () => {
    const page = await open();
    await page.goto(stack.phoneUrl);
    const sms = page.locator('#messages li.sms').first();
    await sms.waitFor({ timeout: 5000 });
    expect(await sms.locator('a').count()).toBe(1);
    expect(await seriousOn(page)).toEqual([]);
    await page.context().close();
  });

  it.each(['dark', 'light'] as const)(
    'the page behind the link, %s, with its first steps above the fold',
    async (colorScheme) => {
      const page = await open({ colorScheme });
      await page.goto(await linkOnThePhone());
      const first = (await page.getByRole('heading', { name: /^First:/ }).boundingBox())!;
      expect(first.y).toBeLessThan(PHONE.height - 200);
      expect(await seriousOn(page)).toEqual([]);
      await page.context().close();
    },
  );

  it('Acknowledge stands in reach of the thumb, large enough for it, whatever is scrolled', async () => {
    const page = await open();
    await page.goto(await linkOnThePhone());
    for (const scrolled of [0, 100_000]) {
      await page.mouse.wheel(0, scrolled);
      const button = (await page.getByRole('button', { name: 'Acknowledge' }).boundingBox())!;
      expect(button.y).toBeGreaterThan(PHONE.height / 2);
      expect(button.y + button.height).toBeLessThanOrEqual(PHONE.height);
      expect(Math.min(button.height, button.width)).toBeGreaterThanOrEqual(44);
    }
    // Nothing to scroll sideways: what is wide scrolls within itself.
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(PHONE.width);
    await page.context().close();
  });

  it('what else can be done is folded away, works without JavaScript, and is recorded with who did it', async () => {
    const page = await open({ javaScriptEnabled: false });
    await page.goto(await linkOnThePhone());
    page.setDefaultTimeout(5000);
    await page.getByText('More', { exact: true }).click();
    expect(await page.getByRole('button', { name: 'Hand over' }).isVisible()).toBe(true);
    await page.getByLabel('Note').fill('Looks like <b>the deployment</b>');
    await page.getByRole('button', { name: 'Add note' }).click();
    await page.getByText('Looks like <b>the deployment</b>').waitFor({ timeout: 5000 });
    await page
      .getByText(/by \w+ \(link\)/)
      .first()
      .waitFor({ timeout: 5000 });
    await page.context().close();
    const folded = await open();
    await folded.goto(await linkOnThePhone());
    await folded.getByText('More', { exact: true }).click();
    expect(await seriousOn(folded)).toEqual([]);
    expect(await folded.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(PHONE.width);
    await folded.context().close();
  });

  it('pressing it, without JavaScript, says who has it; then everybody sees so', async () => {
    const page = await open({ javaScriptEnabled: false });
    await page.goto(await linkOnThePhone());
    await page.getByRole('button', { name: 'Acknowledge' }).click();
    await page.getByText(/has it, since/).waitFor({ timeout: 5000 });
    expect(await page.getByRole('button', { name: 'Acknowledge' }).count()).toBe(0);
    await page.context().close();
  });

  it('who signs in finds it in the console, and resolves it', async () => {
    const page = await open();
    await page.goto(`${stack.baseUrl}/`);
    expect(await seriousOn(page)).toEqual([]);
    await page.getByLabel('Token').fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').waitFor();
    await page.getByLabel('Token').fill('local');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: '1 open' }).waitFor();
    expect(await seriousOn(page)).toEqual([]);
    await page.getByRole('link', { name: /payments-api/ }).click();
    await page.getByRole('button', { name: 'Resolve' }).click();
    await page.getByText(/^Resolved at/).waitFor();
    expect(await seriousOn(page)).toEqual([]);
    await page.goto(`${stack.baseUrl}/`);
    await page.getByRole('heading', { name: 'Nothing is open' }).waitFor();
    await page.context().close();
  });

  it('the phone says that it is over', async () => {
    const page = await open();
    await page.goto(stack.phoneUrl);
    await page.locator('#messages li.sms', { hasText: 'Resolved after' }).first().waitFor({ timeout: 5000 });
    await page.context().close();
  });

  it('in the morning a problem ticket waits in the tracker, with its timeline and its five whys', async () => {
    const page = await open();
    page.setDefaultTimeout(10_000);
    await expect.poll(() => stack.tracker.project('payments/api').issues.length, { timeout: 10_000 }).toBe(1);
    await page.goto(`${stack.phoneUrl}/tracker`);
    await page.getByRole('link', { name: 'payments/api#1' }).click();
    await page.getByRole('heading', { name: /payments-api production: target 5xx 12 > 5/ }).waitFor();
    for (const part of ['Summary', 'Timeline', 'What changed before', 'Five whys', 'Follow-ups'])
      await page.getByRole('heading', { name: part, exact: true }).waitFor();
    await page.getByText('Why were people paged?').waitFor();
    expect(await page.getByText(/v1\.42\.0/).count()).toBeGreaterThan(0);
    // People by their part, and nobody's number.
    const text = await page.locator('main').innerText();
    expect(text).toContain('on call, step 1');
    expect(text).not.toMatch(/\+447700|Amira Khan|Ben Okafor/);
    expect(await seriousOn(page)).toEqual([]);
    await page.context().close();
  });

  it('what is done at the ticket is known to Pageturner, and the incident names it', async () => {
    const page = await open();
    page.setDefaultTimeout(10_000);
    await page.goto(`${stack.phoneUrl}/tracker/payments/api/-/issues/1`);
    await page.getByRole('button', { name: /^Tick: Answer the five whys/ }).click();
    await page.getByRole('button', { name: /^Clear: Answer the five whys/ }).waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('button', { name: 'Reopen' }).waitFor();
    const problems = async () => {
      const answer = await fetch(`${stack.baseUrl}/api/problems?state=closed`, {
        headers: { authorization: 'Bearer local' },
      });
      return ((await answer.json()) as { problems: { followUps: { state: string }[] }[] }).problems;
    };
    await expect.poll(async () => (await problems())[0]?.followUps[0]?.state, { timeout: 10_000 }).toBe('done');
    await page.goto(await linkOnThePhone());
    await page.getByRole('link', { name: '#1' }).waitFor();
    await page.context().close();
  });
});
