/**
 * What a cause has cost people since an instant: what a reminder says, so that a follow-up is weighed against nights and not against
 * a memory. By the same definitions as the report of toil. Pure.
 */
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Incident } from '../incident/incident.ts';
import { caseOf, counts } from '../toil/case.ts';
import { interruptionsOf } from '../toil/interruption.ts';

export type Cost = { incidents: number; pages: number; atNight: number; effortSeconds: number };

/**
 * @param incidents of one cause, in any order
 * @param since those opened after this instant count
 */
export function costSince(incidents: readonly Incident[], since: string, catalogue: Catalogue, now: string): Cost {
  const counted = incidents.filter((incident) => counts(incident) && incident.openedAt! > since);
  const interruptions = interruptionsOf(counted, catalogue);
  const cases = counted.map((incident) => caseOf(incident, [], now));
  return {
    incidents: counted.length,
    pages: interruptions.length,
    atNight: interruptions.filter((one) => one.class === 'sleep').length,
    effortSeconds: cases.reduce((total, { effort = 0 }) => total + effort, 0),
  };
}

/** `4 more pages, 3 at night, 5h of people's time`; `it has not come back` where there was nothing. */
export function sayCost({ incidents, pages, atNight, effortSeconds }: Cost): string {
  if (incidents === 0) return 'it has not come back';
  const hours = effortSeconds / 3600;
  const time = hours >= 1 ? `${Math.round(hours)} h` : `${Math.round(effortSeconds / 60)} min`;
  return [
    pages === 0
      ? `${incidents} more ${incidents === 1 ? 'incident' : 'incidents'} that woke nobody`
      : counted(pages, 'more page'),
    ...(atNight === 0 ? [] : [`${atNight} at night`]),
    ...(effortSeconds < 60 ? [] : [`${time} of people's time`]),
  ].join(', ');
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
