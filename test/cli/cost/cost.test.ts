/** What a month costs: a quantity times a price a line, and the page in docs says what is computed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { costOf, PRICES, sayCost } from '../../../cli/cost/cost.ts';

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

  it('counts the metrics that functions measure and that are counted in their logs', () => {
    const measured = readFileSync(join(root, 'shared/world/measure.ts'), 'utf8').match(/: '(Count|Milliseconds)'/g)!;
    const filters = ['alarms.yml', 'deployments.yml'].flatMap(
      (file) => readFileSync(join(root, 'infra/resources', file), 'utf8').match(/Type: AWS::Logs::MetricFilter/g) ?? [],
    );
    expect(costOf(0, 0).idle.find(({ priced }) => priced === 'metric of our own')!.quantity).toBe(
      measured.length + filters.length,
    );
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
