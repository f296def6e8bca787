/**
 * Who sees only the text message can name the thing and the fault. What decides is in each sample's expected file, as
 * `says`: regular expressions, each of which the text must hold.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Alert } from '../../shared/alert/alert.ts';
import type { Incident } from '../../shared/incident/incident.ts';
import { normaliseBody } from '../../shared/intake/intake.ts';
import { segments } from '../../shared/message/gsm.ts';
import { alertMessage, smsText } from '../../shared/message/words.ts';
import { alertOf, incidentOf, NOW } from './incidents.ts';

const FIXTURES = join(import.meta.dirname, '../alert/fixtures');
const CORPUS = join(import.meta.dirname, '../../../shared/corpus/payloads');
const LINK = 'https://pages.example.gov.uk/p/Qm41xTz0aB9cLd7eRf2gHi';

type Sample = { name: string; file: string; says: string[] };

const samples: Sample[] = (readdirSync(FIXTURES, { recursive: true }) as string[])
  .filter((file) => file.endsWith('.expected.json'))
  .sort()
  .map((file) => {
    const { says = [] } = JSON.parse(readFileSync(join(FIXTURES, file), 'utf8')) as { says?: string[] };
    const name = file.replace(/\.expected\.json$/, '');
    return { name, file: join(FIXTURES, `${name}.json`), says };
  });

function firing(file: string): Alert[] {
  const { alerts } = normaliseBody(readFileSync(file), undefined, { receivedAt: NOW });
  return alerts.filter(({ status, test }) => status === 'firing' && !test);
}

/** The text message as its reader has it, without the link. */
function textOf(alert: Alert): string {
  return smsText(incidentOf(alert), NOW, LINK).replace(LINK, '');
}

describe('the text names the thing and what is wrong with it', () => {
  test.each(samples.filter(({ says }) => says.length > 0))('$name', ({ file, says }) => {
    const [alert] = firing(file);
    const said = alert === undefined ? '' : textOf(alert);
    for (const fact of says) expect(said).toMatch(new RegExp(fact, 'i'));
    expect(segments(smsText(incidentOf(alert!), NOW, LINK))).toBe(1);
  });
});

describe('no text says only that there is an alert', () => {
  const published = existsSync(CORPUS)
    ? (readdirSync(CORPUS, { recursive: true }) as string[]).filter((file) => file.endsWith('.json')).sort()
    : [];
  if (published.length === 0) console.warn(`SKIPPED: the corpus is not at ${CORPUS}; only our own samples are judged.`);
  const all = [...samples, ...published.map((name) => ({ name, file: join(CORPUS, name), says: [] }))];

  test.each(all)('$name', ({ file }) => {
    for (const alert of firing(file)) {
      const said = textOf(alert);
      expect(said).not.toMatch(/Alert from |Unrecognised|undefined|\[object|\{\{/);
      // More than the severity and the environment: letters of something.
      expect(said.split('\n')[0]?.replace(/^[A-Z]+\b[^:]*:/, '')).toMatch(/[a-z0-9]{2}/i);
    }
  });
});

describe('the runbook is named in every message', () => {
  const incident = incidentOf(alertOf('events/trigger'));
  const said = (runbook: Partial<Incident['runbook']>) => {
    const found = { runbook: null, by: 'none', candidates: [], ...runbook } as Incident['runbook'];
    const { facts } = alertMessage({ ...incident, runbook: found }, NOW, 'https://pages.example');
    return facts.find(({ label }) => label === 'Runbook')!.value;
  };
  const possible = (score: number) => ({
    candidates: [{ runbook: 'disk/full', score, by: 'words' as const, why: '' }],
  });

  test.each<[string, Partial<Incident['runbook']>, string]>([
    ['by its path', { runbook: 'disk/full', by: 'words' }, 'disk/full'],
    ['by its address where it is elsewhere', { by: 'link', url: 'https://wiki.example/disk' }, 'wiki.example/disk'],
    ['as possible where it is no match', possible(0.55), 'none found, possible: disk/full (55 %)'],
    ['not at all where it is hardly possible', possible(0.1), 'none found: one to write'],
  ])('%s', (_, runbook, value) => {
    expect(said(runbook)).toBe(value);
  });
});
