/**
 * A made-up year of deployments and incidents whose causes are known, to hold the ranking of suspects against.
 *
 * Assumed: 60 services in a random acyclic graph, each depends on up to three; they deploy 0.3 to 6 times a day (a few often,
 * most seldom; five times that in a busy history), two thirds to production; six in ten incidents are caused by a deployment, the rest by load, hardware or
 * others, at any time; of the caused ones a quarter show in a service that depends on the deployed one (once or twice
 * removed); the delay is lognormal with a median of 12 minutes (one in ten takes over an hour), cut at a day. Every sender's
 * clock is off by up to a minute and a half; three notices in a hundred are missing; one in six harmful deployments failed or
 * was rolled back, of the harmless one in thirty. Four services cause five times as often as the others.
 *
 * The ranking's own weights are not used here: its shape of time (two exponentials) is not the shape of this history.
 */
import type { Deployment } from '../../shared/deployment/deployment.ts';
import type { Candidate, Question } from '../../shared/deployment/suspects.ts';

export type Case = {
  question: Question;
  /** Of the service and what it depends on, in the day before. */
  candidates: Candidate[];
  /** Every deployment of the day before, to whatever service. */
  anywhere: Deployment[];
  /** Its id; undefined where no deployment did it, or where its notice is missing. */
  cause: string | undefined;
};

const SERVICES = 60;
const DAYS = 60;
const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const START = Date.parse('2026-09-01T00:00:00.000Z');

function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

type Service = { name: string; dependsOn: number[]; perDay: number; harm: number };
type Event = { deployment: Deployment; service: number; isHarmful: boolean; trueAt: number };

/** `pace` multiplies how often everybody deploys; the share of harm falls with it, so that incidents stay as many. */
export function history(seed: number, pace = 1): Case[] {
  const random = randomFrom(seed);
  const services = Array.from({ length: SERVICES }, (_, index) => service(index, pace, random));
  const events = services
    .flatMap((one, index) => deploymentsOf(one, index, random))
    .sort((a, b) => a.trueAt - b.trueAt);
  const caused = events.filter(({ isHarmful }) => isHarmful).map((event) => causedBy(event, services, events, random));
  const others = Array.from({ length: Math.round((caused.length * 2) / 3) }, () =>
    caseOf(Math.floor(random() * SERVICES), START + DAY + random() * (DAYS - 1) * DAY, undefined, services, events),
  );
  return [...caused, ...others];
}

function service(index: number, pace: number, random: () => number): Service {
  const dependsOn =
    index === 0 ? [] : Array.from({ length: Math.floor(random() * 4) }, () => Math.floor(random() * index));
  return {
    name: `service-${index}`,
    dependsOn: [...new Set(dependsOn)],
    perDay: (0.3 + 5.7 * random() ** 4) * pace,
    harm: (index % 15 === 7 ? 0.05 : 0.01) / pace,
  };
}

function deploymentsOf({ name, perDay, harm }: Service, index: number, random: () => number): Event[] {
  return Array.from({ length: Math.round(perDay * DAYS) }, (_, number) => {
    const trueAt = START + random() * DAYS * DAY;
    const environment = random() < 0.66 ? 'production' : 'staging';
    const isHarmful = environment === 'production' && random() < harm;
    const isTroubled = random() < (isHarmful ? 1 / 6 : 1 / 30);
    const skew = (random() - 0.5) * 3 * MINUTE;
    const deployment: Deployment = {
      id: `${name}:${number}`,
      sender: 'generic',
      ref: name,
      service: name,
      environment,
      status: isTroubled ? (random() < 0.5 ? 'failed' : 'rolled-back') : 'succeeded',
      at: new Date(trueAt + skew).toISOString(),
      links: {},
    };
    return { deployment, service: index, isHarmful, trueAt };
  });
}

function lognormalMinutes(random: () => number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Math.min(1440, 12 * Math.exp(1.25 * normal));
}

function causedBy(event: Event, services: Service[], events: Event[], random: () => number): Case {
  const onset = event.trueAt + lognormalMinutes(random) * MINUTE;
  let at = event.service;
  if (random() < 0.25) {
    for (let step = 0; step < (random() < 0.8 ? 1 : 2); step++) {
      const dependents = services.flatMap((one, index) => (one.dependsOn.includes(at) ? [index] : []));
      at = dependents[Math.floor(random() * dependents.length)] ?? at;
    }
  }
  const isMissing = random() < 0.03;
  const known = isMissing ? events.filter((one) => one !== event) : events;
  return caseOf(at, onset, isMissing ? undefined : event.deployment.id, services, known);
}

/** The position of the first event that truly was at `instant` or later; they are in order. */
function firstFrom(events: Event[], instant: number): number {
  let [low, high] = [0, events.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (events[middle]!.trueAt < instant) low = middle + 1;
    else high = middle;
  }
  return low;
}

function caseOf(at: number, onset: number, cause: string | undefined, services: Service[], events: Event[]): Case {
  const distances = new Map([[at, 0]]);
  for (const [index, distance] of distances) {
    if (distance < 3)
      for (const next of services[index]?.dependsOn ?? []) if (!distances.has(next)) distances.set(next, distance + 1);
  }
  // By what truly was first, and then by what the sender's clock said: the events of sixty days are too many to try.
  const day = events
    .slice(firstFrom(events, onset - DAY - 2 * MINUTE), firstFrom(events, onset + 4 * MINUTE))
    .filter(({ deployment }) => {
      const before = onset - Date.parse(deployment.at);
      return before <= DAY && before >= -2 * MINUTE;
    });
  const candidates = day.flatMap(({ deployment, service: of }): Candidate[] => {
    const distance = distances.get(of);
    return distance === undefined ? [] : [{ deployment, distance, environment: deployment.environment }];
  });
  const question = { onset: new Date(onset).toISOString(), environment: 'production' };
  return { question, candidates, anywhere: day.map(({ deployment }) => deployment), cause };
}
