/** Secrets from Systems Manager: read together, seldom, and served while it does not answer. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { readTemplate } from '../../infra/local/template.ts';
import { reveal } from '../../shared/world/secrets.ts';

type Answer = { status: number; body: object };
let server: Server;
/** The names of each call. */
let calls: string[][] = [];
let answer: (names: string[]) => Answer;
const given = (names: string[], except: string[] = []): Answer => ({
  status: 200,
  body: {
    Parameters: names.filter((name) => !except.includes(name)).map((Name) => ({ Name, Value: `value of ${Name}` })),
    InvalidParameters: except,
  },
});
const DOWN: Answer = { status: 500, body: { __type: 'InternalServerError' } };
const MINUTE = 60_000;
/** No test meets what another has read. */
let count = 0;
const fresh = () => `/pageturner/people/nobody-${count++}/phone`;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const { Names } = (await json(request)) as { Names: string[] };
    calls.push(Names);
    const { status, body } = answer(Names);
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  vi.stubEnv('AWS_ENDPOINT_URL_SSM', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterAll(() => {
  server.close();
  vi.unstubAllEnvs();
});
beforeEach(() => {
  calls = [];
  answer = given;
  vi.spyOn(console, 'warn').mockImplementation(() => {});
});

describe('what is read', () => {
  it('is read in calls of at most ten, all that are wanted at one moment together', async () => {
    const names = Array.from({ length: 23 }, fresh);
    const values = await Promise.all(names.map((name) => reveal(`ssm:${name}`, 0)));
    expect(values).toEqual(names.map((name) => `value of ${name}`));
    expect(calls.map(({ length }) => length)).toEqual([10, 10, 3]);
  });

  it('is read once for all who want it at the same moment, and not again for minutes', async () => {
    const name = fresh();
    await Promise.all([1, 2, 3].map(() => reveal(`ssm:${name}`, 0)));
    await reveal(`ssm:${name}`, 4 * MINUTE);
    expect(calls).toEqual([[name]]);
    await reveal(`ssm:${name}`, 6 * MINUTE);
    expect(calls).toEqual([[name], [name]]);
  });

  it('is the setting itself where that is no reference', async () => {
    expect(await reveal('in the open', 0)).toBe('in the open');
    expect(calls).toEqual([]);
  });
});

describe('a parameter that is not there', () => {
  it('keeps no other from being read', async () => {
    const [gone, there] = [fresh(), fresh()];
    answer = (names) =>
      given(
        names,
        names.filter((name) => name === gone),
      );
    const read = await Promise.allSettled([gone, there].map((name) => reveal(`ssm:${name}`, 0)));
    expect(read.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  });

  it('that this role may not read keeps no other from being read', async () => {
    const [foreign, there] = [fresh(), fresh()];
    answer = (names) =>
      names.includes(foreign) ? { status: 400, body: { __type: 'AccessDeniedException' } } : given(names);
    const read = await Promise.allSettled([foreign, there].map((name) => reveal(`ssm:${name}`, 0)));
    expect(read).toMatchObject([{ status: 'rejected', reason: { passing: false } }, { status: 'fulfilled' }]);
  });

  it('is not asked for again at once, however often it is wanted', async () => {
    const name = fresh();
    answer = (names) => given(names, names);
    for (let n = 0; n < 50; n++) await expect(reveal(`ssm:${name}`, n)).rejects.toThrow('ParameterNotFound');
    expect(calls).toHaveLength(1);
  });

  it('is asked for less and less often, but at least every other minute', async () => {
    const name = fresh();
    answer = (names) => given(names, names);
    for (let now = 0; now < 60 * MINUTE; now += 1000) await reveal(`ssm:${name}`, now).catch(() => undefined);
    expect(calls.length).toBeGreaterThan(30);
    expect(calls.length).toBeLessThan(80);
  });

  it('serves no more when it was taken away', async () => {
    const name = fresh();
    await reveal(`ssm:${name}`, 0);
    answer = (names) => given(names, names);
    await expect(reveal(`ssm:${name}`, 6 * MINUTE)).rejects.toThrow('ParameterNotFound');
  });
});

describe('while Systems Manager does not answer', () => {
  it('a value that was read before serves for hours, and then no more', async () => {
    const name = fresh();
    await reveal(`ssm:${name}`, 0);
    answer = () => DOWN;
    expect(await reveal(`ssm:${name}`, 6 * MINUTE)).toBe(`value of ${name}`);
    expect(await reveal(`ssm:${name}`, 11 * 60 * MINUTE)).toBe(`value of ${name}`);
    await expect(reveal(`ssm:${name}`, 13 * 60 * MINUTE)).rejects.toMatchObject({ passing: true });
  });

  it('it is asked three times, and then left for some seconds', async () => {
    const name = fresh();
    answer = () => DOWN;
    for (let n = 0; n < 20; n++) await expect(reveal(`ssm:${name}`, n)).rejects.toThrow();
    expect(calls).toHaveLength(3);
  });

  it('the new value counts as soon as it answers again', async () => {
    const name = fresh();
    await reveal(`ssm:${name}`, 0);
    answer = () => DOWN;
    await reveal(`ssm:${name}`, 6 * MINUTE);
    answer = (names) => ({ status: 200, body: { Parameters: names.map((Name) => ({ Name, Value: 'new' })) } });
    expect(await reveal(`ssm:${name}`, 8 * MINUTE)).toBe('new');
  });

  it('the failure is said, without a value', async () => {
    const name = fresh();
    await reveal(`ssm:${name}`, 0);
    answer = () => DOWN;
    await reveal(`ssm:${name}`, 6 * MINUTE);
    expect(console.warn).toHaveBeenCalledWith(expect.stringContaining(name));
    expect(console.warn).not.toHaveBeenCalledWith(expect.stringContaining('value of'));
  });
});

it('no role may read a parameter by the call that takes one name alone', () => {
  expect(JSON.stringify(readTemplate().resources)).not.toContain('"ssm:GetParameter"');
});
