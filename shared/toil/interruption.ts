/**
 * Interruptions: when a page took somebody away from work, an evening or sleep.
 *
 * What counts is taken from PagerDuty, whose figures many teams know: texts and calls interrupt, email and chat do not; what
 * reaches one person within a minute is one interruption, by whichever ways and for however many incidents.
 * [PagerDuty, "Responder insights": interruptions; business, off and sleep hours] Pure.
 */
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Incident, Page } from '../incident/incident.ts';
import { holidayDays } from '../rota/holidays.ts';
import type { Rota } from '../rota/rota.ts';
import { weekdayOf } from '../rota/wall.ts';
import { DAY, HOUR, wallAt, type Zone, zoneNamed } from '../rota/zone.ts';

/** business: 08 to 18 from Monday to Friday; sleep: 22 to 08 on every day; off: the rest, and bank holidays of the rota. */
export type HourClass = 'business' | 'off' | 'sleep';
export const HOUR_CLASSES: readonly HourClass[] = ['business', 'off', 'sleep'];

/** One time that somebody was interrupted. Whom is not on it: people are never put against each other. */
export type Interruption = { incident: string; at: string; class: HourClass; rota?: string };

const INTERRUPTS: readonly Page['channel'][] = ['sms', 'voice'];
const TOGETHER_MILLISECONDS = 60_000;
const [WORK_FROM, WORK_TO, SLEEP_FROM] = [8, 18, 22];
const SATURDAY = 5;

/** Whether a page went out to a person and, as far as is known, arrived. */
export function toldSomebody({ kind, person, state, at, receipt }: Page): boolean {
  return kind === 'alert' && person && state === 'sent' && at !== undefined && receipt !== 'undelivered';
}

/** The interruptions of all these incidents, in the order of time. Each belongs to the incident whose page came first. */
export function interruptionsOf(incidents: readonly Incident[], catalogue: Catalogue): Interruption[] {
  const classOf = openClasses(catalogue);
  const pages = incidents.flatMap((incident) =>
    incident.pages
      .filter((page) => toldSomebody(page) && INTERRUPTS.includes(page.channel))
      .map((page) => ({ incident, page, at: page.at! })),
  );
  const found: Interruption[] = [];
  for (const mine of Map.groupBy(pages, ({ page }) => page.to).values()) {
    mine.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
    let began = Number.NEGATIVE_INFINITY;
    for (const { incident, page, at } of mine) {
      const instant = Date.parse(at);
      if (instant - began < TOGETHER_MILLISECONDS) continue;
      began = instant;
      const rota = rotaOf(catalogue, incident, page);
      found.push({
        incident: incident.id,
        at,
        class: classOf(page.to, instant, rota),
        ...(rota === undefined ? {} : { rota: rota.name }),
      });
    }
  }
  return found.sort((a, b) => (a.at < b.at ? -1 : 1));
}

/** By which rota a person was paged: the step's own, by the catalogue in hand. Undefined where the step names no rota. */
function rotaOf(catalogue: Catalogue, incident: Incident, page: Page): Rota | undefined {
  const step = page.place === undefined ? undefined : catalogue.policies[incident.policy]?.steps[page.place.step];
  const rotas = (step?.notify ?? []).flatMap(({ kind, name }) =>
    kind === 'rota' && catalogue.rotas[name] !== undefined ? [{ ...catalogue.rotas[name], name }] : [],
  );
  return rotas.find(({ layers = [] }) => layers.some(({ people }) => people.includes(page.to))) ?? rotas[0];
}

/** Which hours an instant is in for a person, on their clock. Zones and holidays are looked up once each. */
function openClasses(catalogue: Catalogue) {
  const zones = new Map<string, Zone>();
  const holidays = new Map<string, Set<number>>();
  const zoneOf = (name: string) => {
    const known = zones.get(name) ?? zoneNamed(name) ?? zoneNamed('UTC')!;
    zones.set(name, known);
    return known;
  };
  const holidaysOf = (rota: Rota) => {
    const known = holidays.get(rota.name) ?? new Set(holidayDays(rota.holidays));
    holidays.set(rota.name, known);
    return known;
  };
  return (person: string, instant: number, rota: Rota | undefined): HourClass => {
    const wall = wallAt(zoneOf(catalogue.people[person]?.timeZone ?? catalogue.defaults.timeZone), instant);
    const day = Math.floor(wall / DAY);
    const hour = (wall - day * DAY) / HOUR;
    if (hour < WORK_FROM || hour >= SLEEP_FROM) return 'sleep';
    const isFree = weekdayOf(day) >= SATURDAY || (rota !== undefined && holidaysOf(rota).has(day));
    return isFree || hour >= WORK_TO ? 'off' : 'business';
  };
}
