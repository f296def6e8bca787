/**
 * Learning: what a person says about the runbook of an incident is kept for the signal that leads it.
 *
 * Promises: it counts from the next alert on, without a publish; it is on the incident's timeline with who said it.
 */
import type { Incident } from '../incident/incident.ts';
import type { Lesson } from '../memory/memory.ts';
import { asksMemory } from '../memory/memory.ts';
import type { Routed } from '../routing/routing.ts';
import { keepLesson, lessonsOf } from '../store/learned.ts';
import type { World } from '../world/world.ts';

/** What a person said: the right runbook, that the one shown is wrong, or both. */
export type Said = { right?: string; wrong?: string };

/** Keeps what a person said for the signal that leads an incident. */
export async function learn(world: World, incident: Incident, said: Said, by: string): Promise<void> {
  const { key, title } = incident.lead;
  const service = incident.service === undefined ? {} : { service: incident.service };
  await keepLesson(world.table, { key, title, ...service, ...said, by, at: world.now() });
}

/** Looks up, once a batch for each rule, what people said. Where that fails, the page goes without. */
export function openMemory(world: World): (routed: Pick<Routed, 'alert' | 'choice'>) => Promise<Lesson[]> {
  const byTitle = new Map<string, Promise<Lesson[]>>();
  return ({ alert, choice }) => {
    if (!asksMemory(choice)) return Promise.resolve([]);
    const known = byTitle.get(alert.title) ?? recall(world, alert.title);
    byTitle.set(alert.title, known);
    return known;
  };
}

async function recall(world: World, title: string): Promise<Lesson[]> {
  try {
    return await lessonsOf(world.table, title);
  } catch (error) {
    world.log('error', 'What people said about runbooks could not be read; the page goes without', {
      error: String(error),
    });
    return [];
  }
}
