/** What a month costs: a quantity times a price a line, and the page in docs says what is computed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { costOf, PRICES, sayCost } from '../../../cli/cost/cost.ts';
import { SHARDS } from '../../../shared/store/store.ts';

const root = join(import.meta.dirname, '../../..');

describe('the cost of a month', () => {
  it('is the sum of its lines, each a quantity times its price', () => {
    const { idle, alerts, pages, usd } = costOf(250_000, 400);
    const lines = [...idle, ...alerts, ...pages];
    for (const { quantity, priced, usd: each } of lines) expect(each).toBeCloseTo(quantity * PRICES[priced], 9);
    expect(usd.month).toBeCloseTo(
      lines.reduce((sum, line) => sum + line.usd, 0),
      9,
    );
  });

  it('of nothing is the idle cost', () => {
    const { usd } = costOf(0, 0);
    expect([usd.alerts, usd.pages, usd.month]).toEqual([0, 0, usd.idle]);
  });

  it('counts the alarms and queues that the template has', () => {
    const template = (file: string) => readFileSync(join(root, 'infra/resources', file), 'utf8');
    const alarms = template('alarms.yml').match(/Type: AWS::CloudWatch::Alarm/g)!.length;
    const ofNumbers = template('phones.yml').match(
      /Type: AWS::CloudWatch::Alarm\n {4}Condition: UsesAwsNumbers/g,
    )!.length;
    expect(costOf(0, 0).idle.find(({ priced }) => priced === 'alarm')!.quantity).toBe(alarms + ofNumbers);
    const polled = readFileSync(join(root, 'serverless.yml'), 'utf8').match(/- sqs:/g)!.length;
    expect(costOf(0, 0).idle.find(({ priced }) => priced === 'SQS request')!.quantity).toBe(polled * 5 * 129_600);
  });

  it('counts the metrics that functions measure, each once, and no filter sends any while nothing fails', () => {
    const measured = readFileSync(join(root, 'shared/world/measure.ts'), 'utf8').match(/: '(Count|Milliseconds)'/g)!;
    const busy = costOf(1_000_000, 100_000);
    const metrics = [...busy.idle, ...busy.alerts, ...busy.pages].filter(
      ({ priced }) => priced === 'metric of our own',
    );
    expect(metrics.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(measured.length);
    for (const file of ['alarms.yml', 'deployments.yml'])
      expect(readFileSync(join(root, 'infra/resources', file), 'utf8')).not.toContain('DefaultValue');
  });

  it('asks each partition of the index once a minute', () => {
    const sweep = costOf(0, 0).idle.find(({ what }) => what === 'sweep asks the index')!;
    expect(sweep.quantity).toBe(43_200 * SHARDS * 0.5);
  });

  it('is under ten dollars idle, but for the number', () => {
    const { idle, usd } = costOf(0, 0);
    const number = idle.find(({ priced }) => priced === 'number of our own')!.usd;
    expect(usd.idle - number).toBeLessThan(10);
  });

  it('has no metrics of single routes, which are charged for one by one', () => {
    const settings = parse(readFileSync(join(root, 'serverless.yml'), 'utf8')) as {
      provider: { httpApi: { metrics: boolean } };
    };
    expect(settings.provider.httpApi.metrics).toBe(false);
  });

  it('is in the README, idle and for a million alerts', () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    const { usd } = costOf(1_000_000, 1000);
    for (const one of [usd.idle, usd.alerts, usd.pages]) expect(readme).toContain(`${one.toFixed(2)} USD`);
  });

  it.each([
    [10_000, 300],
    [1_000_000, 1000],
  ])('of %i alerts and %i pages stands in docs/cost.md as it is computed', (alerts, pages) => {
    expect(readFileSync(join(root, 'docs/cost.md'), 'utf8')).toContain(sayCost(costOf(alerts, pages)));
  });
});
