import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { delaySeconds, MAX_MESSAGE_BYTES, unwrapBody, wrapBody } from '../../shared/queue/queue.ts';
import { at } from '../incident/world.ts';

const accepted = (body: Uint8Array) => ({ hook: 'alertmanager', receivedAt: at(0), contentType: 'text/plain', body });

describe('an accepted body on its way through the queue', () => {
  it('comes out as it went in, for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (body) => {
        const out = unwrapBody(wrapBody(accepted(body)))!;
        expect(out).toEqual({ ...accepted(body), body: out.body });
        expect(Buffer.from(out.body).equals(Buffer.from(body))).toBe(true);
      }),
    );
  });

  it('comes out as it went in, whatever its text, of characters that SQS takes', () => {
    // Every code unit, lone surrogates and the two that XML forbids among them.
    const text = fc.array(fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)));
    fc.assert(
      fc.property(text, (units) => {
        const body = Buffer.from(units.join(''), 'utf8');
        const message = wrapBody(accepted(body));
        expect([...message].every((one) => isTaken(one.codePointAt(0)!))).toBe(true);
        expect(Buffer.from(unwrapBody(message)!.body).equals(body)).toBe(true);
      }),
    );
  });

  it('is compressed where it is too large as it is', () => {
    const body = Buffer.alloc(5_000_000, 'disk of vault-07 is full. ');
    const message = wrapBody(accepted(body));
    expect(Buffer.byteLength(message)).toBeLessThan(MAX_MESSAGE_BYTES);
    expect(unwrapBody(message)).toMatchObject({ body: { length: 5_000_000 } });
    expect(unwrapBody(message)).not.toHaveProperty('cutFrom');
  });

  it('keeps its head where even that is too large, and says of how much', () => {
    const body = Buffer.concat([Buffer.from('Disk of vault-07 is failing. '), randomBytes(3_000_000)]);
    const message = wrapBody(accepted(body));
    const out = unwrapBody(message)!;
    expect(Buffer.byteLength(message)).toBeLessThan(MAX_MESSAGE_BYTES);
    expect(out.cutFrom).toBe(body.length);
    expect(out.body.length).toBeGreaterThan(300_000);
    expect(body.subarray(0, out.body.length).equals(Buffer.from(out.body))).toBe(true);
  });

  it.each(['', '{}', 'not JSON', '{"pageturner":1,', '{"AlarmName":"x"}'])(
    'that is no envelope of ours stays what it is: %s',
    (text) => {
      expect(unwrapBody(text)).toBeUndefined();
    },
  );
});

function isTaken(code: number): boolean {
  return (
    [0x9, 0xa, 0xd].includes(code) ||
    (code >= 0x20 && code <= 0xd7ff) ||
    (code >= 0xe000 && code <= 0xfffd) ||
    code >= 0x10000
  );
}

it.each([
  ['what is due now', 0, 0],
  ['what was due long ago', -500, 0],
  ['a part of a second, rounded up', 0.001, 1],
  ['two minutes', 120, 120],
  ['what is due tomorrow, in steps of a quarter of an hour', 86_400, 900],
])('a message waits for %s', (_name, due, delay) => {
  expect(delaySeconds(at(due), at(0))).toBe(delay);
});
