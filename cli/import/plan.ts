/**
 * From an export in the shape of `exported.ts` to the plan of a catalogue: files, what is odd, what is lost, and the proof.
 */
import { checkRota } from '../../shared/rota/check.ts';
import { compileRota } from '../../shared/rota/compile.ts';
import type { Layer, Override, Rota } from '../../shared/rota/rota.ts';
import { stintsBetween } from '../../shared/rota/shifts.ts';
import { writeWall } from '../../shared/rota/wall.ts';
import { DAY, wallAt, type Zone, zoneNamed } from '../../shared/rota/zone.ts';
import type { Exported, ExportedLayer, ExportedPolicy, ExportedSchedule, ExportedTarget, Rule } from './exported.ts';
import { compareEntries, type Entry, type ImportPlan, type Proof, slug } from './import.ts';
import { addressOf, delay, file, free, MOST_DELAY_SECONDS, oneLine } from './written.ts';

const PROOF_WEEKS = 8;
const MAX_DIFFERENCES = 20;
const MAX_REPEAT = 20;

type IdOf = (ref: string) => string | undefined;

/** @param now epoch milliseconds; what is over by then is left out, and the proof begins there */
export function planOf(exported: Exported, now: number): ImportPlan {
  const plan: ImportPlan = { files: [], audit: [...exported.audit], lost: [...exported.lost], proof: [] };
  const idOf = people(exported, plan);
  const rotasOf = new Map<string, string[]>();
  const names = new Set<string>();
  for (const schedule of exported.schedules) {
    const written = rotas(schedule, idOf, plan, now, names);
    for (const ref of schedule.refs) rotasOf.set(ref, written);
  }
  const policyOf = policies(exported.policies, idOf, rotasOf, plan);
  services(exported, policyOf, plan);
  const asked = new Set(
    exported.policies.flatMap(({ steps }) => steps.flatMap(({ targets }) => targets.map(({ ref }) => ref))),
  );
  for (const { name, refs } of exported.schedules)
    if (!refs.some((ref) => asked.has(ref))) plan.audit.push(`Schedule ${name} is named by no policy.`);
  const [policy] = [...policyOf.values(), ...standIn(plan, rotasOf)];
  plan.files.unshift(
    file('catalogue.yaml', {
      policy: policy ?? 'TODO',
      time_zone: exported.schedules.find(({ zone }) => zoneNamed(zone))?.zone ?? 'UTC',
    }),
  );
  if (policy === undefined)
    plan.lost.push('Neither policies nor people were in the export: catalogue.yaml needs a policy by hand.');
  plan.audit = [...new Set(plan.audit)];
  plan.lost = [...new Set(plan.lost)];
  return plan;
}

/** Where the export has no policy, one that asks its first rota, else its first person: a catalogue needs one. */
function standIn(plan: ImportPlan, rotasOf: Map<string, string[]>): string[] {
  if (plan.files.some(({ path }) => path.startsWith('policies/'))) return [];
  const [rota] = [...rotasOf.values()].flat();
  const person = plan.files
    .find(({ path }) => path.startsWith('people/'))
    ?.path.slice('people/'.length, -'.yaml'.length);
  const notify = rota !== undefined ? `rota:${rota}` : person !== undefined ? `person:${person}` : undefined;
  if (notify === undefined) return [];
  plan.files.push(file('policies/imported.yaml', { name: 'imported', steps: [{ notify: [notify] }] }));
  plan.lost.push(
    `No escalation policy was in the export: policies/imported.yaml asks ${notify} alone; write it as it should be.`,
  );
  return ['imported'];
}

// ---- people -------------------------------------------------------------------------------------------------------------

function people({ people: list, schedules }: Exported, plan: ImportPlan): IdOf {
  const ids = new Map<string, string>();
  const taken = new Set<string>();
  for (const { refs, handle, name, contact, zone, rules } of list) {
    const id = free(slug(handle), taken);
    for (const ref of refs) ids.set(ref, id);
    const email = addressOf(contact.email);
    if (contact.email !== undefined && email === undefined)
      plan.lost.push(`${id}: ${oneLine(contact.email, id)} is no address of email; it is left out.`);
    if (contact.phone === undefined)
      plan.audit.push(`${id} (${handle}) has no phone in the export: nobody can ring them.`);
    const written = { ...ruled('high', rules?.high), ...ruled('low', rules?.low) };
    plan.files.push(
      file(`people/${id}.yaml`, {
        id,
        name: oneLine(name, id),
        contact: { ...contact, email },
        ...(Object.keys(written).length === 0 ? {} : { rules: written }),
        ...(zone !== undefined && zoneNamed(zone) ? { time_zone: zone } : {}),
      }),
    );
  }
  const turns = schedules.flatMap(({ layers }) => layers.flatMap((layer) => layer.turns));
  for (const { ref, said } of turns)
    if (ref !== undefined && !ids.has(ref))
      plan.audit.push(`${said} takes turns and is not among the users of the export.`);
  return (ref) => ids.get(ref);
}

const MAX_RULES = 20;

function ruled(urgency: 'high' | 'low', rules: Rule[] | undefined): object {
  if (rules === undefined || rules.length === 0) return {};
  const inOrder = [...rules].sort((a, b) => a.afterSeconds - b.afterSeconds).slice(0, MAX_RULES);
  return { [urgency]: inOrder.map(({ channel, afterSeconds }) => ({ [channel]: delay(afterSeconds) })) };
}

// ---- schedules ----------------------------------------------------------------------------------------------------------

/** The rotas of a schedule: their names, for the policies that ask for it. */
function rotas(schedule: ExportedSchedule, idOf: IdOf, plan: ImportPlan, now: number, taken: Set<string>): string[] {
  const zone = zoneNamed(schedule.zone);
  if (!zone) {
    plan.lost.push(
      `Schedule ${schedule.name}: its time zone ${schedule.zone} is not known here; write the rota by hand.`,
    );
    return [];
  }
  if (schedule.off) plan.audit.push(`Schedule ${schedule.name} is switched off there.`);
  const overrides = overridesOf(schedule, zone, idOf, plan, now);
  const made = { zone, idOf, now, overrides };
  const first = build(schedule, schedule.layers, made);
  const second = schedule.otherwise && build(schedule, schedule.otherwise.layers, made);
  const better =
    second?.proof !== undefined && first.proof !== undefined && second.proof.agreedHours > first.proof.agreedHours;
  if (schedule.otherwise)
    plan.audit.push(
      `Schedule ${schedule.name}: ${schedule.otherwise.said}${first.proof === undefined ? '; nothing in the export tells which, so look at the rota' : better ? '; the rendered entries fit that way better, so it is taken' : '; the rendered entries do not fit that way better, so it is not taken'}.`,
    );
  const { written, lost, proof } = better ? second! : first;
  plan.lost.push(...lost);
  if (proof !== undefined) plan.proof.push({ ...proof, differences: proof.differences.slice(0, MAX_DIFFERENCES) });
  else
    plan.audit.push(
      `Schedule ${schedule.name}: nothing rendered in the export, so its rota is not proved. ${schedule.unproved}`,
    );
  if (written.length > 1)
    plan.audit.push(
      `Schedule ${schedule.name} has ${written.length} people on call at once: it becomes ${written.length} rotas, and a policy asks for all of them.`,
    );
  return written.map((rota) => {
    const named = { ...rota, name: free(rota.name, taken) };
    plan.files.push(file(`rotas/${named.name}.yaml`, named));
    return named.name;
  });
}

/** `layers`: the names of those that an override concerns; all of them where it is absent. */
type Limited = { override: Override; layers?: string[] };
type Making = { zone: Zone; idOf: IdOf; now: number; overrides: Limited[] };

function build(
  schedule: ExportedSchedule,
  exported: ExportedLayer[],
  { zone, idOf, now, overrides }: Making,
): { written: Rota[]; lost: string[]; proof: Proof | undefined } {
  const lost: string[] = [];
  const until = now + PROOF_WEEKS * 7 * DAY;
  const layers = exported.flatMap((layer) => {
    if (layer.until !== undefined && layer.until <= now) return [];
    const made = layerOf(schedule, layer, zone, idOf, lost);
    return made === undefined ? [] : [{ layer: made, level: layer.level }];
  });
  const groups = sideBySide(layers, schedule.zone, now, until);
  const own = slug(schedule.name);
  const written = groups.map((group, n): Rota => {
    const concerned = concerning(group, overrides, schedule.name, lost);
    return {
      name: groups.length === 1 ? own : `${own}-${slug(group[0]!.name ?? String(n + 1))}`,
      time_zone: schedule.zone,
      layers: group,
      ...(concerned.length === 0 ? {} : { overrides: concerned }),
    };
  });
  return { written, lost, proof: prove(schedule, written, idOf, now, until) };
}

/** The overrides of a rota: those of all rotations, and those of one that is in it. */
function concerning(group: Layer[], overrides: Limited[], schedule: string, lost: string[]): Override[] {
  return overrides.flatMap(({ override, layers }) => {
    if (layers === undefined) return [override];
    const own = group.filter(({ name }) => name !== undefined && layers.includes(name));
    if (own.length > 0 && own.length < group.length)
      lost.push(
        `Schedule ${schedule}: the override from ${override.from} is for ${layers.join(' and ')}; here it is for the whole rota, ${group.map(({ name }) => name).join(' and ')}.`,
      );
    return own.length === 0 ? [] : [override];
  });
}

function layerOf(
  schedule: ExportedSchedule,
  { name, turns, starts, every, until, active }: ExportedLayer,
  zone: Zone,
  idOf: IdOf,
  lost: string[],
): Layer | undefined {
  const called = `Schedule ${schedule.name}, ${name}`;
  const ids = turns.flatMap(({ ref, said }) => {
    const id = ref === undefined ? undefined : idOf(ref);
    if (id === undefined)
      lost.push(
        `${called}: a turn is ${said}${ref === undefined ? '' : ', who is unknown'}; it is left out, which moves the turns after it.`,
      );
    return id === undefined ? [] : [id];
  });
  if (ids.length === 0 || Number.isNaN(starts)) {
    lost.push(`${called}: it has no people or no start; write it by hand.`);
    return undefined;
  }
  const layer: Layer = {
    name,
    people: ids,
    starts: writeWall(wallAt(zone, starts)),
    every,
    ...(until === undefined ? {} : { until: writeWall(wallAt(zone, until)) }),
    ...(active === undefined ? {} : { active }),
  };
  const [mistake] = checkRota({ name: 'one', time_zone: schedule.zone, layers: [layer] });
  if (mistake === undefined) return layer;
  lost.push(`${called}: ${mistake.message} ${mistake.mend}`);
  return undefined;
}

type Levelled = { layer: Layer; level: number };

/**
 * The layers of each rota: those of one level that are never active at once may stand in one, others are on call side by
 * side; a rota has the layers of every level, and where a level has fewer rotas, its first serves the others too.
 */
function sideBySide(layers: Levelled[], zone: string, from: number, to: number): Layer[][] {
  const levels = [...new Set(layers.map(({ level }) => level))].sort((a, b) => a - b);
  const groups = levels.map((level) => {
    const found: { layers: Layer[]; stints: { start: number; end: number }[] }[] = [];
    for (const { layer } of layers.filter((one) => one.level === level)) {
      const stints = stintsBetween(compileRota({ name: 'one', time_zone: zone, layers: [layer] }), from, to);
      const room = found.find(
        (group) => !group.stints.some((a) => stints.some((b) => a.start < b.end && b.start < a.end)),
      );
      if (room) {
        room.layers.push(layer);
        room.stints.push(...stints);
      } else found.push({ layers: [layer], stints });
    }
    return found.map((group) => group.layers);
  });
  const count = Math.max(0, ...groups.map((group) => group.length));
  return Array.from({ length: count }, (_, n) => groups.flatMap((group) => group[n] ?? group[0]!));
}

function overridesOf(schedule: ExportedSchedule, zone: Zone, idOf: IdOf, plan: ImportPlan, now: number): Limited[] {
  return schedule.overrides.flatMap(({ by, from, to, insteadOf, layers }): Limited[] => {
    if (!(to > now)) return [];
    const person = by.ref === undefined ? undefined : idOf(by.ref);
    const instead = insteadOf === undefined ? undefined : idOf(insteadOf);
    if (person === undefined || (insteadOf !== undefined && instead === undefined)) {
      const when = new Date(from).toISOString();
      plan.lost.push(`Schedule ${schedule.name}: an override from ${when} is for somebody unknown (${by.said}).`);
      return [];
    }
    return [
      {
        override: {
          person,
          ...(instead === undefined ? {} : { instead_of: instead }),
          from: writeWall(wallAt(zone, from)),
          to: writeWall(wallAt(zone, to)),
        },
        ...(layers === undefined ? {} : { layers }),
      },
    ];
  });
}

/** The coming weeks beside what the tool rendered itself; undefined where it did not. */
function prove(schedule: ExportedSchedule, written: Rota[], idOf: IdOf, now: number, until: number): Proof | undefined {
  if (schedule.rendered === undefined) return undefined;
  const theirs = schedule.rendered.entries.map(
    ({ ref, start, end }): Entry => ({ start, end, person: idOf(ref) ?? `unknown (${ref})` }),
  );
  const from = Math.max(now, schedule.rendered.from);
  const to = Math.min(until, schedule.rendered.to);
  if (!(to > from)) return undefined;
  const ours = written.flatMap((rota) => stintsBetween(compileRota(rota), from, to));
  return compareEntries(schedule.name, ours, theirs, from, to);
}

// ---- policies and services ----------------------------------------------------------------------------------------------

/** The policies by the export's references, to the names they have here. */
function policies(
  list: ExportedPolicy[],
  idOf: IdOf,
  rotasOf: Map<string, string[]>,
  plan: ImportPlan,
): Map<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const { refs, name: called, steps: asked, repeat, ackExpiresSeconds } of list) {
    const name = slug(called);
    const byDelay = new Map<number, string[]>();
    for (const { delaySeconds, targets } of asked) {
      const notify = targets.flatMap((target) => targetOf(name, target, idOf, rotasOf, plan));
      if (notify.length > 0) byDelay.set(delaySeconds, [...(byDelay.get(delaySeconds) ?? []), ...notify]);
    }
    let before = 0;
    const steps = [...byDelay]
      .sort(([a], [b]) => a - b)
      .map(([at, notify]) => {
        const after = at - before;
        before = at;
        if (after > MOST_DELAY_SECONDS)
          plan.lost.push(`Policy ${name}: a step waits longer than a week; here it waits a week.`);
        return { ...(after <= 0 ? {} : { after: delay(after) }), notify: [...new Set(notify)] };
      });
    if (steps.length === 0) {
      plan.lost.push(`Policy ${name}: nothing in it could be carried over; it is left out.`);
      continue;
    }
    const own = free(name, taken);
    for (const ref of refs) names.set(ref, own);
    plan.files.push(
      file(`policies/${own}.yaml`, {
        name: own,
        steps,
        ...(repeat > 0 ? { repeat: Math.min(MAX_REPEAT, repeat) } : {}),
        ...(ackExpiresSeconds === undefined ? {} : { ack_expires: delay(ackExpiresSeconds) }),
      }),
    );
  }
  return names;
}

function targetOf(
  policy: string,
  { kind, ref, said }: ExportedTarget,
  idOf: IdOf,
  rotasOf: Map<string, string[]>,
  plan: ImportPlan,
): string[] {
  if (kind === 'written') return [ref];
  if (kind === 'schedule') {
    const rotas = rotasOf.get(ref);
    if (rotas === undefined || rotas.length === 0)
      plan.lost.push(
        `Policy ${policy}: it asks for ${said}, which is ${rotas === undefined ? 'not in the export' : 'empty here'}.`,
      );
    return (rotas ?? []).map((rota) => `rota:${rota}`);
  }
  const person = kind === 'person' ? idOf(ref) : undefined;
  if (person === undefined)
    plan.lost.push(`Policy ${policy}: it asks ${said}, for which there is nothing here; name people or a rota.`);
  return person === undefined ? [] : [`person:${person}`];
}

function services({ services: list }: Exported, policyOf: Map<string, string>, plan: ImportPlan): void {
  const taken = new Set<string>();
  for (const { name: called, description, policy: asked, urgency } of list) {
    const name = free(slug(called), taken);
    const policy = asked === undefined ? undefined : policyOf.get(asked);
    if (asked !== undefined && policy === undefined)
      plan.lost.push(`Service ${name}: its policy is not in the export; it has the default one.`);
    plan.files.push(
      file(`services/${name}.yaml`, {
        name,
        ...(description === undefined ? {} : { description: description.slice(0, 2000) }),
        ...(policy === undefined ? {} : { policy }),
        ...(urgency === undefined ? {} : { urgency }),
      }),
    );
  }
}
