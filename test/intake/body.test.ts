import { describe, expect, test } from 'vitest';
import { normalise, normaliseBody } from '../../shared/intake/intake.ts';

const receivedAt = '2026-11-23T03:12:06.000Z';
const only = (body: string | Uint8Array, type?: string) => {
  const { alerts, degraded } = normaliseBody(body, type, { receivedAt });
  expect(degraded).toBeUndefined();
  expect(alerts).toHaveLength(1);
  return alerts[0]!;
};
const alarm = { AlarmName: 'disk', NewStateValue: 'ALARM', StateChangeTime: '2026-11-23T03:12:04.000+0000' };

describe('any body is an alert', () => {
  test.each([
    ['plain text', 'disk full on db1\nsecond line', 'disk full on db1'],
    ['half of a JSON document', '{"AlarmName": "di', '{"AlarmName": "di'],
    ['nothing at all', '', 'Empty notice'],
    ['white space', ' \n\t ', 'Empty notice'],
    ['null', 'null', 'null'],
    ['an empty list', '[]', '[]'],
    ['an empty object', '{}', '{}'],
    ['a number', '42', '42'],
  ])('%s', (_, body, title) => {
    const alert = only(body);
    expect(alert.source.kind).toBe('unknown');
    expect(alert.title).toBe(title);
    expect(alert.status).toBe('firing');
    expect(alert.at).toBe(receivedAt);
  });

  test('the text is kept as raw', () => expect(only('disk full\nmore').raw).toBe('disk full\nmore'));

  test('bytes that are no UTF-8 are read as far as they go', () => {
    const alert = only(Uint8Array.of(0x64, 0x69, 0x73, 0x6b, 0xff, 0xfe, 0x21));
    expect(alert.title).toBe('disk\uFFFD\uFFFD!');
  });

  test('two texts are two signals and the same text is one', () => {
    expect(only('disk full').key).toBe(only('disk full').key);
    expect(only('disk full').key).not.toBe(only('disk fine').key);
  });
});

describe('a known notice is known in every wrapping', () => {
  test.each([
    ['JSON called text, as SNS sends it', JSON.stringify(alarm), 'text/plain; charset=UTF-8'],
    ['JSON behind a byte order mark', `\uFEFF${JSON.stringify(alarm)}`, 'application/json'],
    [
      'a form field called payload',
      `payload=${encodeURIComponent(JSON.stringify(alarm))}`,
      'application/x-www-form-urlencoded',
    ],
    ['such a form without its content type', `payload=${encodeURIComponent(JSON.stringify(alarm))}`, undefined],
    ['JSON in a JSON string', JSON.stringify(JSON.stringify(alarm)), 'application/json'],
    ['a list of one', JSON.stringify([alarm]), 'application/json'],
  ])('%s', (_, body, type) => {
    const alert = only(body, type);
    expect(alert.source.kind).toBe('cloudwatch');
    expect(alert.title).toBe('disk');
  });

  test('three envelopes are opened and no fourth', () => {
    const wrapped = (inside: unknown) => ({
      Type: 'Notification',
      TopicArn: 'arn:aws:sns:eu-west-2:1:t',
      Message: JSON.stringify(inside),
    });
    const three = normalise(wrapped(wrapped(wrapped(alarm))), { receivedAt });
    const four = normalise(wrapped(wrapped(wrapped(wrapped(alarm)))), { receivedAt });
    expect(three.alerts.map((alert) => alert.source.kind)).toEqual(['cloudwatch']);
    expect(four.alerts.map((alert) => alert.source.kind)).toEqual(['aws']);
  });
});

describe('limits', () => {
  test('a title is cut at 1,024 and a description at 8,192 characters', () => {
    const { alerts } = normalise(
      { ...alarm, AlarmName: 'n'.repeat(5000), AlarmDescription: 'd'.repeat(20_000) },
      { receivedAt },
    );
    expect(alerts[0]?.title).toHaveLength(1024);
    expect(alerts[0]?.title.endsWith('…')).toBe(true);
    expect(alerts[0]?.description).toHaveLength(8192);
  });

  test('a key longer than 512 characters becomes its digest', () => {
    const { alerts } = normalise({ event_action: 'trigger', dedup_key: 'k'.repeat(600), payload: {} }, { receivedAt });
    expect(alerts[0]?.key).toMatch(/^[0-9a-f]{32}$/);
  });

  test('at most 128 labels and 50 resources are kept', () => {
    const labels = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`l${index}`, 'x']));
    const alertmanager = normalise({ groupLabels: {}, alerts: [{ status: 'firing', labels }] }, { receivedAt });
    expect(Object.keys(alertmanager.alerts[0]?.labels ?? {})).toHaveLength(128);
    const ids = Array.from({ length: 200 }, (_, index) => `/subscriptions/s/providers/x/y/${index}`);
    const azure = normalise({ data: { essentials: { alertTargetIDs: ids } } }, { receivedAt });
    expect(azure.alerts[0]?.resources).toHaveLength(50);
  });

  test('a body nested deeper than 64 levels is kept as its text: writing it as JSON again would overflow the stack', () => {
    const text = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const { alerts } = normaliseBody(text, 'application/json', { receivedAt });
    expect(alerts[0]?.raw).toBe(text);
    expect(JSON.stringify(alerts[0]).length).toBeGreaterThan(200_000);
  });

  test('a label named __proto__ labels nothing and changes nothing', () => {
    const { alerts } = normalise(
      JSON.parse('{"groupLabels":{},"alerts":[{"labels":{"__proto__":"x","constructor":"y","a":"b"}}]}'),
      {
        receivedAt,
      },
    );
    expect(Object.getPrototypeOf(alerts[0]?.labels)).toBe(Object.prototype);
    expect(Object.entries(alerts[0]?.labels ?? {})).toEqual([
      ['constructor', 'y'],
      ['a', 'b'],
    ]);
  });

  test('links that are no http are dropped', () => {
    const { alerts } = normalise(
      { groupLabels: {}, alerts: [{ labels: { alertname: 'x' }, generatorURL: 'javascript:alert(1)' }] },
      { receivedAt },
    );
    expect(alerts[0]?.links).toEqual({});
  });
});
