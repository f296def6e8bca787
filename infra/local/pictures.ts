/** Takes the README's pictures: a real browser on the local stack, as wide as a phone. Run it when a page changes its looks. */
import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import chromium from '@sparticuz/chromium';
import { chromium as playwright } from 'playwright-core';
import { run } from '../../test/local/running.ts';
import { buildFunctions } from '../build/build.ts';

const root = join(import.meta.dirname, '../..');
const out = join(root, 'docs/pictures');
mkdirSync(out, { recursive: true });
await buildFunctions({ zip: false });
const stack = await run(4800);
const samples = ['gitlab-deployment', 'cloudwatch-alarm'].map((name) => join(root, `samples/${name}.json`));
await promisify(execFile)(process.execPath, [
  join(root, 'cli/pageturner.ts'),
  'send',
  '--to',
  stack.baseUrl,
  ...samples,
]);
const browser = await playwright.launch({
  executablePath: await chromium.executablePath(),
  args: chromium.args,
  headless: true,
});
try {
  const page = await browser.newPage({ viewport: { width: 390, height: 780 }, colorScheme: 'dark' });
  await page.goto(stack.phoneUrl);
  await page.waitForSelector('#messages li.sms a');
  const link = await page.locator('#messages li.sms a').first().getAttribute('href');
  await page.screenshot({ path: join(out, 'phone.png') });
  await page.goto(link!);
  await page.screenshot({ path: join(out, 'incident.png') });
} finally {
  await browser.close();
  await stack.end();
}
