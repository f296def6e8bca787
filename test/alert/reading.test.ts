import * as fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { type Alert, alertSchema } from '../../shared/alert/alert.ts';
import { regionOf } from '../../shared/alert/aws-names.ts';
import { brokenRule } from '../../shared/alert/check.ts';
import { duration, instant, written } from '../../shared/alert/instant.ts';
import { runbookOf } from '../../shared/alert/labels.ts';
import { number, pairs, text } from '../../shared/alert/read.ts';
import { azureSeverity, severityIn, severityWord } from '../../shared/alert/severity.ts';
import { normalise } from '../../shared/intake/intake.ts';

describe('times as senders write them', () => {
  test.each([
    ['CloudWatch', '2026-09-14T11:18:44.401+0000', '2026-09-14T11:18:44.401Z'],
    ['a published AWS sample', '2023-08-04T12: 36: 15.490+0000', '2023-08-04T12:36:15.490Z'],
    ['Azure, seven digits, cut and not rounded', '2019-03-22T13:58:24.3719999Z', '2019-03-22T13:58:24.371Z'],
    ['Azure, one digit', '2019-03-22T13:58:24.3Z', '2019-03-22T13:58:24.300Z'],
    ['Azure log alerts V1', '3/22/2019 1:36:31 PM', '2019-03-22T13:36:31.000Z'],
    ['the same at midnight', '3/22/2019 12:36:31 AM', '2019-03-22T00:36:31.000Z'],
    ['a classic web test', '12/13/2017 20:53:57', '2017-12-13T20:53:57.000Z'],
    ['Alertmanager, nanoseconds and an offset', '2018-11-04T22:43:58.283995108+01:00', '2018-11-04T21:43:58.283Z'],
    ['GitLab', '2021-04-28 21:50:00 +0200', '2021-04-28T19:50:00.000Z'],
    ['GitLab pipelines', '2016-08-12 15:23:28 UTC', '2016-08-12T15:23:28.000Z'],
    ['RDS', '2019-02-12 15:45:24.091', '2019-02-12T15:45:24.091Z'],
    ['Health', 'Sat, 05 Jun 2016 15:10:09 GMT', '2016-06-05T15:10:09.000Z'],
    ['Inspector', 'Wed Sep 04 17:00:36.951 UTC 2024', '2024-09-04T17:00:36.951Z'],
    ['Elastic Beanstalk', 'Mon Nov 23 03:12:04 UTC 2026', '2026-11-23T03:12:04.000Z'],
    ['Unix seconds', 1795403524, '2026-11-23T03:12:04.000Z'],
    ['Unix milliseconds', 1795403524123, '2026-11-23T03:12:04.123Z'],
  ])('%s: %s', (_, sent, ours) => expect(instant(sent)).toBe(ours));

  test.each([
    '0001-01-01T00:00:00Z',
    '2026-02-31T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '13/13/2017 20:53:57',
    '3/22/2019 13:36:31 PM',
    'soon',
    '',
    Number.NaN,
    1e300,
    -1,
    null,
    {},
  ])('%s is no time', (sent) => expect(instant(sent)).toBeUndefined());

  test('every time that is read is UTC with milliseconds, and reads as itself', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date(0), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true }),
        (date) => {
          expect(instant(date.toISOString())).toBe(date.toISOString());
        },
      ),
    );
    fc.assert(
      fc.property(fc.string(), (any) => {
        expect(instant(any) ?? '1970-01-01T00:00:00.000Z').toMatch(/Z$/);
      }),
    );
  });
});

describe('lengths of time', () => {
  test.each([
    [60, 'PT1M'],
    [300, 'PT5M'],
    [90, 'PT1M30S'],
    [3600, 'PT1H'],
    [5400, 'PT1H30M'],
    [86_400, 'PT24H'],
    [0.5, 'PT0.5S'],
  ])('%s seconds are %s', (seconds, ours) => expect(duration(seconds)).toBe(ours));
  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, undefined])('%s is no length', (seconds) =>
    expect(duration(seconds)).toBeUndefined(),
  );
  test.each([
    ['PT5M', 'PT5M'],
    ['P1D', 'PT24H'],
    ['PT1440M', 'PT24H'],
    ['00:05:00', 'PT5M'],
    ['1.00:00:00', 'PT24H'],
  ])('%s is %s, never days', (sent, ours) => expect(written(sent)).toBe(ours));
});

describe('severities', () => {
  test.each([
    ['critical', 'critical'],
    ['page', 'critical'],
    ['P1', 'critical'],
    ['sev-1', 'critical'],
    ['P2 - High', 'error'],
    ['high', 'error'],
    ['Warn', 'warning'],
    ['none', 'info'],
    [3, 'warning'],
    ['mauve', undefined],
    ['', undefined],
  ])('the word %s is %s', (word, severity) => expect(severityWord(word)).toBe(severity));

  test.each([
    ['Sev0', 'critical'],
    ['Sev1', 'error'],
    ['Sev2', 'warning'],
    ['Sev3', 'info'],
    ['Sev4', 'info'],
    ['3', 'info'],
    ['Warning', 'warning'],
    [null, undefined],
  ])("Azure's %s is %s", (word, severity) => expect(azureSeverity(word)).toBe(severity));

  test.each([
    ['payments-critical', 'critical'],
    ['[high] payments', 'error'],
    ['PaymentsCriticalErrors', 'critical'],
    ['Severity: low', 'info'],
    ['priority=2', 'error'],
    ['p1-payments', 'critical'],
    ['CPU too high', undefined],
    ['api-5xx-errors', undefined],
    ['for more info see the wiki page', undefined],
  ])('a name or description says so only in words that mean nothing else: %s is %s', (prose, severity) =>
    expect(severityIn(prose)).toBe(severity),
  );
});

describe('reading', () => {
  test.each([
    ['25', 25],
    ['2.716631', 2.716631],
    [' -3e2 ', -300],
    ['NaN', undefined],
    ['Infinity', undefined],
    ['1e999', undefined],
    ['0x10x', undefined],
    ['', undefined],
    [true, undefined],
  ])('%s as a number is %s', (sent, ours) => expect(number(sent)).toBe(ours));

  test('text has no lone surrogates', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (any) => {
        expect((text(any) ?? '').isWellFormed()).toBe(true);
      }),
    );
  });

  test.each([
    ['an object', { a: '1', b: 2, c: true, d: null, e: '' }],
    [
      'name and value',
      [
        { name: 'a', value: '1' },
        { name: 'b', value: 2 },
        { name: 'c', value: true },
        { name: 'd', value: null },
      ],
    ],
    [
      'Key and Value',
      [
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: 2 },
        { Key: 'c', Value: true },
      ],
    ],
  ])('pairs are read from %s', (_, sent) =>
    expect(pairs(sent)).toEqual([
      ['a', '1'],
      ['b', '2'],
      ['c', 'true'],
    ]),
  );

  test.each([
    ['EU (Ireland)', 'eu-west-1'],
    ['Europe (London)', 'eu-west-2'],
    ['US East (N. Virginia)', 'us-east-1'],
    ['EU - Ireland', 'eu-west-1'],
    ['eu-west-2', 'eu-west-2'],
    ['Atlantis', undefined],
  ])('the region %s is %s', (name, region) => expect(regionOf(name)).toBe(region));

  test.each([
    ['runbook_url', 'https://a/b'],
    ['Runbook-URL', 'https://a/b'],
    ['runbook', 'payments/5xx'],
  ])('the label %s names a runbook', (name, value) => expect(runbookOf([[name, value]])).toBe(value));

  test('so does a line of the description, and not a word in it', () => {
    expect(runbookOf([], 'It is slow.\nRunbook: payments/slow and more')).toBe('payments/slow');
    expect(runbookOf([], 'Write a runbook: soon')).toBeUndefined();
  });
});

describe('the value of a CloudWatch alarm is the newest datapoint in its reason', () => {
  test.each([
    [
      'Threshold Crossed: 1 out of the last 1 datapoints [99.5 (02/10/19 16:59:00)] was greater than the threshold (50.0).',
      99.5,
    ],
    ['Threshold Crossed: 2 datapoints [1.5E-4 (14/02/19 23:53:00), 7.0 (14/02/19 23:52:00)] were less', 0.00015],
    [
      'Threshold Crossed: 1 datapoint (7.9053535353535365) was not greater than or equal to the threshold (8.0).',
      7.9053535353535365,
    ],
    [
      'Threshold Crossed: 2 datapoints were greater than the threshold (80.0). The most recent datapoints: [94.0, 92.0].',
      94,
    ],
    ['The most recent datapoint which crossed the threshold: [0.0 (01/12/25 13:34:00)].', 0],
    ['no datapoints were received for 1 period and 1 missing datapoint was treated as [Breaching].', undefined],
    ['1 datapoint was less than the lower thresholds [0.41].', undefined],
    ['testing', undefined],
  ])('%s', (NewStateReason, value) => {
    const message = { AlarmName: 'a', NewStateValue: 'ALARM', NewStateReason, Trigger: { MetricName: 'm' } };
    expect(normalise(message, { receivedAt: '2026-11-23T03:12:06.000Z' }).alerts[0]?.signal?.value).toBe(value);
  });
});

describe('the check by hand is the schema', () => {
  const good: Alert = {
    id: 'i',
    key: 'k',
    status: 'firing',
    source: { kind: 'cloudwatch', variant: 'metric' },
    severity: 'critical',
    title: 't',
    resources: [{ id: 'r', name: 'n' }],
    signal: { comparison: '>', threshold: 5, window: 'PT5M', periods: 3 },
    labels: { a: 'b' },
    links: { source: 'https://a' },
    startsAt: '2026-11-23T03:12:04.000Z',
    endsAt: null,
    at: '2026-11-23T03:12:04.000Z',
    test: false,
    raw: {},
  };
  const odd = fc.oneof(
    fc.constantFrom<unknown>(
      '',
      'x',
      null,
      undefined,
      0,
      1.5,
      -1,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      true,
      [],
      {},
      [1],
      [''],
    ),
    fc.constantFrom<unknown>(
      'firing',
      'PT5M',
      'PT',
      '>',
      'info',
      '2026-11-23T03:12:04.000Z',
      '2026-13-23T03:12:04.000Z',
    ),
    fc.constantFrom<unknown>(
      [{ id: '' }],
      [{ id: 'r' }],
      [{ id: 'r', x: 1 }],
      { kind: 'aws' },
      { kind: 'x' },
      { a: 1 },
      { a: '' },
    ),
    fc.constantFrom<unknown>(
      { source: '' },
      { periods: 0 },
      { periods: 2 },
      { window: 'P1D' },
      { value: 1 },
      { comparison: '!' },
    ),
  );

  test('they agree on an alert with any fields broken, missing or added', () => {
    const names = [...Object.keys(good), 'another'];
    const changes = fc.array(fc.tuple(fc.constantFrom(...names), odd, fc.boolean()), { maxLength: 3 });
    fc.assert(
      fc.property(changes, (changed) => {
        const alert: Record<string, unknown> = { ...good };
        for (const [name, value, isRemoved] of changed) {
          if (isRemoved) delete alert[name];
          else alert[name] = value;
        }
        expect(brokenRule(alert as Alert) === undefined).toBe(v.safeParse(alertSchema, alert).success);
      }),
      { numRuns: 5000 },
    );
  });
});
