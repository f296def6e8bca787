import { describe, expect, test } from 'vitest';
import { isEnd, sketchSender } from '../../cli/sketch/sketch.ts';
import type { Sender } from '../../shared/catalogue/catalogue.ts';
import { normaliseTaught } from '../../shared/intake/taught.ts';
import { expressionMistake, teach } from '../../shared/sender/mapping.ts';

const STATUSCAKE: Sender = {
  name: 'statuscake',
  match: { Token: [{ exists: true }], StatusCode: [{ exists: true }] },
  alert: {
    key: 'Name',
    title: "Name & ' is ' & Status",
    status: { path: 'Status', resolved: ['Up'] },
    severity: { path: 'Tags', map: { prod: 'critical' }, else: 'warning' },
    resources: [{ id: 'URL', name: 'Name' }],
    links: { source: 'URL' },
  },
  samples: [],
};
const body = (more: object = {}) => ({
  URL: 'https://a.example.gov.uk',
  Token: 't',
  Status: 'Down',
  StatusCode: '0',
  Name: 'orders',
  ...more,
});
const receivedAt = '2026-11-25T03:12:06.000Z';
const by = (sender: Sender, given: unknown, hook = 'alert') =>
  normaliseTaught(JSON.stringify(given), undefined, { receivedAt, origin: { hook } }, teach({ [sender.name]: sender }));
const alertOf = async (alert: Partial<Sender['alert']>, given: object = body()) =>
  by({ ...STATUSCAKE, alert: { ...STATUSCAKE.alert, ...alert } }, given);

describe('a body of a sender that the catalogue describes becomes what its mapping says', () => {
  test('beginning and end meet under one key', async () => {
    const firing = (await by(STATUSCAKE, body({ Tags: 'web, Prod' }))).alerts[0];
    const resolved = (await by(STATUSCAKE, body({ Status: 'Up', StatusCode: '200' }))).alerts[0];
    expect(firing).toMatchObject({
      status: 'firing',
      source: { kind: 'unknown', variant: 'statuscake' },
      severity: 'critical',
      title: 'orders is Down',
      resources: [{ id: 'https://a.example.gov.uk', name: 'orders' }],
      links: { source: 'https://a.example.gov.uk' },
    });
    expect(resolved).toMatchObject({ status: 'resolved', severity: 'warning', title: 'orders is Up' });
    expect(resolved?.key).toBe(firing?.key);
  });

  test("other senders' names never meet under one key", async () => {
    const other = { ...STATUSCAKE, name: 'other' };
    expect((await by(other, body())).alerts[0]?.key).not.toBe((await by(STATUSCAKE, body())).alerts[0]?.key);
  });

  test('a form is read by its fields', async () => {
    const form = 'URL=https%3A%2F%2Fa.example.gov.uk&Token=t&Status=Down&StatusCode=0&Name=orders';
    const { alerts } = await normaliseTaught(
      form,
      'application/x-www-form-urlencoded',
      { receivedAt },
      teach({ statuscake: STATUSCAKE }),
    );
    expect(alerts[0]).toMatchObject({ title: 'orders is Down', source: { variant: 'statuscake' } });
  });

  test('what no pattern matches is read as without the catalogue', async () => {
    const { alerts, degraded } = await by(STATUSCAKE, {
      event_action: 'trigger',
      dedup_key: 'k',
      payload: { summary: 'disk' },
    });
    expect(alerts[0]).toMatchObject({ key: 'k', source: { kind: 'events' } });
    expect(degraded).toBeUndefined();
  });

  test('the hook of another sender does not ask the catalogue', async () => {
    expect(
      (
        await by(
          { ...STATUSCAKE, match: { AlarmName: [{ exists: true }] } },
          { AlarmName: 'a', NewStateValue: 'ALARM' },
          'cloudwatch',
        )
      ).alerts[0]?.source.kind,
    ).toBe('cloudwatch');
  });
});

describe('a mapping that cannot be used costs no alert, and the page says so', () => {
  test.each([
    ['gives no key', { key: 'Nothing' }, 'The mapping of statuscake gives no key'],
    ['gives no title', { title: 'Nothing' }, 'The mapping of statuscake gives no title'],
    ['throws', { title: '$error("no")' }, 'The mapping of statuscake fails (D3137)'],
    ['runs for ever', { title: '($f := function($n) { $f($n + 1) }; $f(0))' }, 'The mapping of statuscake fails'],
    ['calls too deep', { title: '($f := function($n) { 1 + $f($n + 1) }; $f(0))' }, 'The mapping of statuscake fails'],
    ['makes too much', { title: '$count([1..9999999])' }, 'The mapping of statuscake fails'],
    [
      'repeats a group that repeats',
      { title: '$match(Name, /(a+)+$/) ? "x" : "y"' },
      'The mapping of statuscake fails',
    ],
  ])('%s', async (_, alert, why) => {
    const { alerts, degraded } = await alertOf(alert);
    expect(alerts).toHaveLength(1);
    expect(alerts[0]?.status).toBe('firing');
    expect(alerts[0]?.description).toContain(why);
    expect(degraded?.at(-1)).toContain(why);
  });

  test('nothing in a body is run as an expression', async () => {
    const { alerts } = await alertOf({ title: '$string($exists($eval(Code))) & Name' }, body({ Code: '1+1' }));
    expect(alerts[0]?.title).toBe('falseorders');
  });

  test('what a mapping gives is cut like any other text', async () => {
    const { alerts } = await alertOf({ title: '$pad("", 9000, "x")' });
    expect(alerts[0]?.title.length).toBeLessThanOrEqual(256);
  });
});

describe('an expression that cannot be read is named', () => {
  test.each([
    ['Name', true],
    ['Name &', false],
    ['`odd name`', true],
    ['x'.repeat(1001), false],
  ])('%s', (expression, isGood) => expect(expressionMistake(expression) === undefined).toBe(isGood));
});

describe('a sketch is drawn from a beginning and an end', () => {
  const down = {
    check: { id: 77, name: 'Pay front' },
    state: 'failing',
    message: 'timeout',
    at: '2026-11-25T02:50:20Z',
    link: 'https://m.example.gov.uk/77',
  };
  const up = { ...down, state: 'passing', message: 'ok', at: '2026-11-25T02:58:20Z' };

  test('state by what differs, identity by what is equal, title by what tells', () => {
    const { alert, match } = sketchSender('m', down, up, []);
    expect(alert).toMatchObject({
      key: 'check.id',
      title: "check.name & ' is ' & state",
      status: { path: 'state', resolved: ['passing'] },
      description: 'message',
      links: { source: 'link' },
      at: 'at',
    });
    expect(match).toEqual({ state: [{ exists: true }], check: { id: [{ exists: true }], name: [{ exists: true }] } });
  });

  test('what it draws reads both bodies', async () => {
    const sender = sketchSender('m', down, up, []);
    const [firing, resolved] = [(await by(sender, down)).alerts[0], (await by(sender, up)).alerts[0]];
    expect([firing?.status, resolved?.status]).toEqual(['firing', 'resolved']);
    expect(firing?.key).toBe(resolved?.key);
  });

  test('which body is the end is told by its words', () => {
    expect(isEnd(up, down)).toBe(true);
    expect(isEnd(down, up)).toBe(false);
  });

  test('a host alone is not the identity of what is checked on it', () => {
    const { alert } = sketchSender(
      'n',
      { HOSTNAME: 'db-1', SERVICEDESC: 'Disk', STATE: 'CRITICAL' },
      { HOSTNAME: 'db-1', SERVICEDESC: 'Disk', STATE: 'OK' },
      [],
    );
    expect(alert.key).toBe("HOSTNAME & '/' & SERVICEDESC");
  });

  test('names that the language cannot write bare are quoted', () => {
    const { alert } = sketchSender('q', { 'Check name': 'a', state: 'down' }, { 'Check name': 'a', state: 'up' }, []);
    expect(alert.key).toBe('`Check name`');
  });

  test('bodies with nothing equal are refused with what to give', () => {
    expect(() => sketchSender('x', { state: 'a' }, { state: 'b' }, [])).toThrow('Give the bodies of one thing');
  });
});
