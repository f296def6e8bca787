/** A layer with a calendar, from the folder to who is on call. */
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { runCalendars } from '../../../cli/calendars.ts';
import { compileCatalogue } from '../../../cli/catalogue/compile.ts';
import { lintFiles } from '../../../cli/lint/lint.ts';
import { compileRota } from '../../../shared/rota/compile.ts';
import { onCallAt } from '../../../shared/rota/oncall.ts';
import { shifts } from '../../../shared/rota/shifts.ts';
import { smallWith } from './small.ts';

const NOW = Date.parse('2026-11-24T10:00:00.000Z');
const calendar = (...events: string[]) => `BEGIN:VCALENDAR\n${events.join('')}END:VCALENDAR\n`;
const event = (from: string, to: string, who: string, more = '') =>
  `BEGIN:VEVENT\nDTSTART:${from}\nDTEND:${to}\nSUMMARY:${who}\n${more}END:VEVENT\n`;
const rota = (layer: string) =>
  `name: primary\ntime_zone: Europe/London\nlayers:\n  - people: [amira]\n    starts: 2026-01-05T09:00\n    every: 1 week\n${layer}`;
const source = '  - name: planned\n    source: { ical: calendars/primary.ics }\n';
const files = (text: string | undefined, layer = source) =>
  smallWith({ 'rotas/primary.yaml': rota(layer), 'calendars/primary.ics': text });
const week = calendar(event('20261130T090000Z', '20261207T090000Z', 'Ben'));

describe('a layer with a calendar', () => {
  it('has the shifts of its events, over the layers before it', () => {
    const { catalogue } = compileCatalogue(files(week), NOW);
    const compiled = compileRota(catalogue!.rotas['primary']!);
    const who = (at: string) => onCallAt(compiled, Date.parse(at));
    expect(who('2026-12-01T03:12Z')).toEqual({ person: 'ben', layer: 'planned' });
    expect(who('2026-12-07T09:00Z').person).toBe('amira');
    expect(shifts(compiled, Date.parse('2026-11-24T00:00Z'), Date.parse('2026-12-14T00:00Z')).shifts).toEqual([
      { start: '2026-11-24T00:00:00.000Z', end: '2026-11-30T09:00:00.000Z', person: 'amira' },
      { start: '2026-11-30T09:00:00.000Z', end: '2026-12-07T09:00:00.000Z', person: 'ben' },
      { start: '2026-12-07T09:00:00.000Z', end: '2026-12-14T00:00:00.000Z', person: 'amira' },
    ]);
  });

  it('is published anew when its coming shifts are others, though no file has changed', () => {
    const endless = files(calendar(event('20261130T090000Z', '20261201T090000Z', 'ben', 'RRULE:FREQ=WEEKLY\n')));
    const digest = (now: number) => compileCatalogue(endless, now).catalogue?.digest;
    expect(digest(NOW)).toBe(digest(NOW));
    expect(digest(NOW + 30 * 86_400_000)).not.toBe(digest(NOW));
  });

  it.each([
    ['a file that is not there', undefined, source, 'no-calendar', 'rotas/primary.yaml', 8],
    ['a file that is no calendar', '<html>', source, 'no-calendar', 'calendars/primary.ics', 1],
    [
      'somebody unknown',
      calendar(event('20261130T090000Z', '20261207T090000Z', 'Zed')),
      source,
      'calendar-person',
      'calendars/primary.ics',
      5,
    ],
    ['turns beside it', week, `${source}    every: 1 week\n`, 'calendar-and-turns', 'rotas/primary.yaml', 9],
  ])('with %s is refused with file and line', (_what, text, layer, code, file, line) => {
    const findings = lintFiles(files(text, layer), NOW).findings.filter((one) => one.code === code);
    expect(findings[0]).toMatchObject({ level: 'error', file, line });
  });

  it('of which nothing is known alone leaves a gap that lint tells', () => {
    const alone = `name: primary\ntime_zone: Europe/London\nlayers:\n${source}`;
    const { findings } = lintFiles(smallWith({ 'rotas/primary.yaml': alone, 'calendars/primary.ics': week }), NOW);
    expect(findings.find(({ code }) => code === 'rota-gap')?.message).toContain('Tuesday 24 November 2026');
  });

  it('asked for without a folder is refused in a sentence', () => {
    const written = { name: 'x', time_zone: 'UTC', layers: [{ source: { ical: 'a.ics' } }] };
    expect(() => compileRota(written as never)).toThrow(/read from the folder of a catalogue/);
  });
});

describe('pageturner calendars', () => {
  afterEach(() => {
    vi.restoreAllMocks();
    process.exitCode = 0;
  });
  const folder = async (before: string | undefined) => {
    const path = await mkdtemp(join(tmpdir(), 'pageturner-'));
    const { mkdir } = await import('node:fs/promises');
    for (const one of ['rotas', 'calendars']) await mkdir(join(path, one));
    await writeFile(join(path, 'catalogue.yaml'), 'policy: all\n');
    const url = 'source: { ical: calendars/primary.ics, url: "https://calendar.example/secret.ics" }';
    await writeFile(join(path, 'rotas/primary.yaml'), rota(`  - ${url}\n`));
    if (before !== undefined) await writeFile(join(path, 'calendars/primary.ics'), before);
    return path;
  };
  const run = async (before: string | undefined, answer: () => Response) => {
    const path = await folder(before);
    const told: string[] = [];
    const tell = (text: unknown) => told.push(String(text)) > 0;
    vi.spyOn(process.stdout, 'write').mockImplementation(tell as never);
    vi.spyOn(process.stderr, 'write').mockImplementation(tell as never);
    await runCalendars(path, (async () => answer()) as never);
    const after = await readFile(join(path, 'calendars/primary.ics'), 'utf8').catch(() => undefined);
    return { told: told.join(''), after, code: process.exitCode };
  };

  it('writes a calendar that has changed', async () => {
    const { after, told } = await run(calendar(), () => new Response(week));
    expect(after).toBe(week);
    expect(told).toContain('calendars/primary.ics is new');
  });

  it.each([
    ['is down', () => new Response('', { status: 503 }), 'answers 503'],
    [
      'is not reached',
      () => {
        throw new Error('ECONNREFUSED');
      },
      'cannot be reached',
    ],
    ['wants a sign-in', () => new Response('<html>'), 'is no calendar'],
    ['is larger than anybody plans', () => new Response(`BEGIN:VCALENDAR\n${'X'.repeat(1_000_001)}`), 'is larger than'],
  ])('keeps the last copy of one that %s, and says so, without its address', async (_what, answer, why) => {
    const { after, told, code } = await run(week, answer);
    expect(after).toBe(week);
    expect(told).toContain(why);
    expect(told).toContain('the last copy stays in force');
    expect(told).not.toContain('secret');
    expect(code).toBe(1);
  });
});
