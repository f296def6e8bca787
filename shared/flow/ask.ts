/**
 * Asking: what a form of an incident's page asks for, read, checked and done.
 *
 * Promises: a wrong form is refused with a sentence and changes nothing. A change is recorded with the person who made it.
 * Called by the pages of a link and of the console, which know who asks.
 */
import type { Event } from '../incident/event.ts';
import type { Incident } from '../incident/incident.ts';
import type { Loaded } from '../routing/loaded.ts';
import { keepException } from '../store/exceptions.ts';
import { incidentById } from '../store/incidents.ts';
import { after } from '../time/time.ts';
import type { World } from '../world/world.ts';
import { readDuration } from '../written/shapes.ts';
import { ACTIONS, type Action } from './answer.ts';
import { change } from './change.ts';
import { noteTestAnswered } from './contacts.ts';

/** Who asks, and by which way. */
export type Asker = { by: string; via: string };
/** Done, or a sentence for the person who asked. */
export type Asked = { ok: true } | { ok: false; status: 400 | 404; why: string };

const MAX_SECONDS = 86_400;
const refused = (why: string): Asked => ({ ok: false, status: 400, why: `${why} Nothing was changed.` });

/** Does what a form asks of an incident: `action` and the fields that belong to it. */
export async function askOf(world: World, id: string, form: URLSearchParams, asker: Asker): Promise<Asked> {
  const incident = await incidentById(world.table, id);
  if (!incident) return { ok: false, status: 404, why: 'There is no such incident.' };
  const loaded = await world.catalogue();
  const action = form.get('action') ?? '';
  if (action === 'silence') return silence(world, loaded, incident, form, asker);
  const event = readEvent(action, form, loaded, asker, world.now());
  if ('why' in event) return refused(event.why);
  const done = await change(world, loaded, { id }, event);
  const answers = event.type === 'acknowledge' || event.type === 'resolve';
  if (done?.changed && answers) await noteTestAnswered(world, done.incident, asker.by);
  return { ok: true };
}

function readEvent(
  action: string,
  form: URLSearchParams,
  { catalogue }: Loaded,
  asker: Asker,
  now: string,
): Event | { why: string } {
  if ((ACTIONS as readonly string[]).includes(action)) return { type: action as Action, ...asker };
  switch (action) {
    case 'hand-over': {
      const to = form.get('to') ?? '';
      return Object.hasOwn(catalogue.people, to)
        ? { type: 'hand-over', to, ...asker }
        : { why: 'Nobody in the catalogue has this name.' };
    }
    case 'snooze': {
      const seconds = readFor(form);
      return seconds === undefined
        ? { why: 'Say for how long: from 1m to 1d.' }
        : { type: 'snooze', until: after(now, seconds), ...asker };
    }
    case 'note': {
      const text = (form.get('text') ?? '').trim().slice(0, 1000);
      return text === '' ? { why: 'The note is empty.' } : { type: 'note', text, ...asker };
    }
    case 'wrong-runbook': {
      const right = (form.get('right') ?? '').trim();
      if (right === '') return { type: 'wrong-runbook', ...asker };
      return Object.hasOwn(catalogue.runbooks, right)
        ? { type: 'wrong-runbook', right, ...asker }
        : { why: 'The catalogue has no runbook of this name; it is the path under runbooks/ without .md.' };
    }
    default:
      return { why: 'No such action.' };
  }
}

/** The signal that leads the incident is recorded and pages nobody for a time. What pages already is acknowledged. */
async function silence(
  world: World,
  loaded: Loaded,
  incident: Incident,
  form: URLSearchParams,
  { by, via }: Asker,
): Promise<Asked> {
  const seconds = readFor(form);
  if (seconds === undefined) return refused('Say for how long: from 1m to 1d.');
  const from = world.now();
  const until = after(from, seconds);
  const match = { key: [incident.lead.key] };
  await keepException(world.table, 'SILENCES', { id: `${from}-${by}`, match, from, until, by, why: `by ${via}` });
  if (incident.state !== 'resolved')
    await change(world, loaded, { id: incident.id }, { type: 'snooze', until, by, via });
  const text = `Silenced until ${until}: ${incident.lead.title.slice(0, 120)}`;
  await change(world, loaded, { id: incident.id }, { type: 'note', text, by, via });
  return { ok: true };
}

function readFor(form: URLSearchParams): number | undefined {
  const written = form.get('for') ?? '';
  if (!/^[1-9][0-9]{0,5}[smhd]$/.test(written)) return undefined;
  const seconds = readDuration(written);
  return seconds >= 60 && seconds <= MAX_SECONDS ? seconds : undefined;
}
