/**
 * Acting: what a known person does to an incident, by a form, a button, a reply or the API.
 *
 * Promises: everything that a person does goes through `act`, and is recorded with who did it and by which way. A form that
 * does not fit is refused with a sentence and changes nothing. Called where it is known who acts.
 */
import { problemsOf } from '../catalogue/resolve.ts';
import type { Event } from '../incident/event.ts';
import type { Incident } from '../incident/incident.ts';
import { isExercise } from '../incident/ticket.ts';
import { isVerdict } from '../incident/verdict.ts';
import { withWhy } from '../problem/changes.ts';
import type { Loaded } from '../routing/loaded.ts';
import { keepException } from '../store/exceptions.ts';
import { incidentById } from '../store/incidents.ts';
import { after } from '../time/time.ts';
import type { World } from '../world/world.ts';
import { readDuration } from '../written/shapes.ts';

import { change } from './change.ts';
import { noteTestAnswered } from './contacts.ts';
import { learn } from './learn.ts';
import { changeProblem } from './problem.ts';

export const ACTIONS = ['acknowledge', 'resolve', 'escalate'] as const;
export type Action = (typeof ACTIONS)[number];

/** What a person may do to an incident. */
export type Act = Exclude<Extract<Event, { by: string; via: string }>, { type: 'test-page' }>;
/** Who acts, and by which way. */
export type Actor = { by: string; via: string };
/** Done, or a sentence for the person who acted. */
export type Done = { ok: true } | { ok: false; status: 400 | 404; why: string };

const MAX_SECONDS = 86_400;
/** How much of a note is kept. */
export const MAX_NOTE = 1000;
const refused = (why: string): Done => ({ ok: false, status: 400, why: `${why} Nothing was changed.` });

/**
 * Does what a known person asks of an incident. Out: the incident as it then is, and whether this changed it; undefined
 * where there is no such incident. A test page that is answered proves its way.
 */
export async function act(
  world: World,
  incident: string,
  event: Act,
): Promise<{ incident: Incident; changed: boolean } | undefined> {
  const done = await change(world, await world.catalogue(), { id: incident }, event);
  const answers = event.type === 'acknowledge' || event.type === 'resolve';
  if (done?.changed && answers) await noteTestAnswered(world, done.incident, event.by);
  return done;
}

/** Does what a form asks of an incident: `action` and the fields that belong to it. */
export async function actByForm(world: World, id: string, form: URLSearchParams, actor: Actor): Promise<Done> {
  const incident = await incidentById(world.table, id);
  if (!incident) return { ok: false, status: 404, why: 'There is no such incident.' };
  const action = form.get('action') ?? '';
  if (action === 'silence') return silence(world, incident, form, actor);
  if (action === 'runbook-helped') return sayHelped(world, incident, actor);
  if (action === 'why') return sayWhy(world, incident, form);
  if (action === 'open-problem') {
    const done = await askForTicketBy(world, id, actor);
    return 'why' in done ? { ok: false, ...done } : { ok: true };
  }
  const event = readEvent(action, form, await world.catalogue(), actor, world.now());
  if ('why' in event) return refused(event.why);
  if (event.type === 'wrong-runbook') await sayWrong(world, incident, event.right, actor);
  else await act(world, id, event);
  return { ok: true };
}

/**
 * Somebody asks for a problem ticket. Out: the incident as it then is, and whether this changed it: it does not where the ticket is
 * there, or on its way.
 */
export async function askForTicketBy(
  world: World,
  id: string,
  actor: Actor,
): Promise<{ incident: Incident; changed: boolean } | { status: 400 | 404; why: string }> {
  const incident = await incidentById(world.table, id);
  if (!incident) return { status: 404, why: 'There is no such incident.' };
  if (isExercise(incident)) return { status: 400, why: 'Nothing is wrong here: a test opens no problem ticket.' };
  if (problemsOf((await world.catalogue()).catalogue, incident.service) === undefined)
    return {
      status: 400,
      why: 'There is no tracker for the problems of this service: see trackers and problems in catalogue.yaml.',
    };
  if (incident.problem !== undefined && incident.ticket === undefined) return { incident, changed: false };
  return (await act(world, id, { type: 'open-problem', ...actor }))!;
}

/** "This runbook helped": it is right for this signal. The incident says so on its timeline. */
export async function sayHelped(world: World, incident: Incident, { by, via }: Actor): Promise<Done> {
  const { runbook } = incident.runbook;
  if (runbook === null) return refused('No runbook was found for this incident.');
  await learn(world, incident, { right: runbook }, by);
  await act(world, incident.id, { type: 'note', text: `The runbook helped: ${runbook}`, by, via });
  return { ok: true };
}

/** "Wrong runbook", with the right one where it is known; it is one of the catalogue. */
export async function sayWrong(
  world: World,
  incident: Incident,
  right: string | undefined,
  { by, via }: Actor,
): Promise<Done> {
  const wrong = incident.runbook.runbook ?? undefined;
  const said = {
    ...(right === undefined ? {} : { right }),
    ...(wrong === undefined || wrong === right ? {} : { wrong }),
  };
  if (Object.keys(said).length > 0) await learn(world, incident, said, by);
  await act(world, incident.id, { type: 'wrong-runbook', ...(right === undefined ? {} : { right }), by, via });
  return { ok: true };
}

/** An answer to a why: the next under the one that the form shows, or another reason. Who said it is not kept: it is about what. */
async function sayWhy(world: World, incident: Incident, form: URLSearchParams): Promise<Done> {
  const under = form.get('another') === null ? (form.get('under') ?? '') : '';
  const answer = { text: form.get('text') ?? '', ...(under === '' ? {} : { under }) };
  const changed = await changeProblem(world, incident.id, (problem, catalogue) =>
    withWhy(problem, answer, { catalogue, now: world.now() }),
  );
  if (changed === undefined) return { ok: false, status: 404, why: 'There is no such incident.' };
  return 'why' in changed ? refused(changed.why) : { ok: true };
}

function readEvent(
  action: string,
  form: URLSearchParams,
  { catalogue }: Loaded,
  actor: Actor,
  now: string,
): Act | { why: string } {
  if ((ACTIONS as readonly string[]).includes(action)) return { type: action as Action, ...actor };
  switch (action) {
    case 'hand-over': {
      const to = form.get('to') ?? '';
      return Object.hasOwn(catalogue.people, to)
        ? { type: 'hand-over', to, ...actor }
        : { why: 'Nobody in the catalogue has this name.' };
    }
    case 'snooze': {
      const seconds = readFor(form);
      return seconds === undefined
        ? { why: 'Say for how long: from 1m to 1d.' }
        : { type: 'snooze', until: after(now, seconds), ...actor };
    }
    case 'judge': {
      const verdict = form.get('verdict') ?? '';
      return isVerdict(verdict) ? { type: 'judge', verdict, ...actor } : { why: 'No such verdict.' };
    }
    case 'note': {
      const text = (form.get('text') ?? '').trim().slice(0, MAX_NOTE);
      return text === '' ? { why: 'The note is empty.' } : { type: 'note', text, ...actor };
    }
    case 'wrong-runbook': {
      const right = (form.get('right') ?? '').trim();
      if (right === '') return { type: 'wrong-runbook', ...actor };
      return Object.hasOwn(catalogue.runbooks, right)
        ? { type: 'wrong-runbook', right, ...actor }
        : { why: 'The catalogue has no runbook of this name; it is the path under runbooks/ without .md.' };
    }
    default:
      return { why: 'No such action.' };
  }
}

/** The signal that leads the incident is recorded and pages nobody for a time. What pages already is acknowledged. */
async function silence(world: World, incident: Incident, form: URLSearchParams, { by, via }: Actor): Promise<Done> {
  const seconds = readFor(form);
  if (seconds === undefined) return refused('Say for how long: from 1m to 1d.');
  const from = world.now();
  const until = after(from, seconds);
  const match = { key: [incident.lead.key] };
  await keepException(world.table, 'SILENCES', { id: `${from}-${by}`, match, from, until, by, why: `by ${via}` });
  if (incident.state !== 'resolved') await act(world, incident.id, { type: 'snooze', until, by, via });
  const text = `Silenced until ${until}: ${incident.lead.title.slice(0, 120)}`;
  await act(world, incident.id, { type: 'note', text, by, via });
  return { ok: true };
}

function readFor(form: URLSearchParams): number | undefined {
  const written = form.get('for') ?? '';
  if (!/^[1-9][0-9]{0,5}[smhd]$/.test(written)) return undefined;
  const seconds = readDuration(written);
  return seconds >= 60 && seconds <= MAX_SECONDS ? seconds : undefined;
}
