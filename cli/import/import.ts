/**
 * Import: what another tool exported, as files of a catalogue, with all that a person must know before they trust it.
 *
 * Promises: nothing is written here; a plan is a value. Everything in the export that a catalogue cannot express is listed, never
 * dropped in silence. The rota is proved against the export's own rendered entries where it has them, difference by
 * difference. One file a tool. Called by `pageturner import`. Pure.
 */
export type ImportPlan = {
  files: { path: string; text: string }[];
  /** What is odd in what was read: people without a phone, schedules that nothing uses. */
  audit: string[];
  /** What could not be carried over, each with what to do. */
  lost: string[];
  proof: Proof[];
};

/** The coming weeks of one schedule, ours beside the export's. */
export type Proof = {
  schedule: string;
  /** UTC ISO, half-open. */
  from: string;
  to: string;
  /** Hours in which both name the same person or nobody. */
  agreedHours: number;
  differences: { from: string; to: string; ours: string[]; theirs: string[] }[];
};

/** A stretch with somebody on call, UTC milliseconds, half-open. */
export type Entry = { start: number; end: number; person: string };

const HOUR = 3_600_000;

/** Two plans of one schedule beside each other: who is on call in each, stretch by stretch. */
export function compareEntries(schedule: string, ours: Entry[], theirs: Entry[], from: number, to: number): Proof {
  const edges = [...ours, ...theirs].flatMap(({ start, end }) => [start, end]);
  const cuts = [...new Set([from, ...edges.filter((edge) => edge > from && edge < to), to])].sort((a, b) => a - b);
  const at = (entries: Entry[], instant: number) =>
    [
      ...new Set(entries.filter(({ start, end }) => start <= instant && instant < end).map(({ person }) => person)),
    ].sort();
  const proof: Proof = {
    schedule,
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    agreedHours: 0,
    differences: [],
  };
  for (const [n, start] of cuts.slice(0, -1).entries()) {
    const end = cuts[n + 1]!;
    const [a, b] = [at(ours, start), at(theirs, start)];
    if (a.join() === b.join()) proof.agreedHours += (end - start) / HOUR;
    else {
      const last = proof.differences.at(-1);
      const begins = new Date(start).toISOString();
      if (last?.to === begins && last.ours.join() === a.join() && last.theirs.join() === b.join())
        last.to = new Date(end).toISOString();
      else proof.differences.push({ from: begins, to: new Date(end).toISOString(), ours: a, theirs: b });
    }
  }
  proof.agreedHours = Math.round(proof.agreedHours * 10) / 10;
  return proof;
}

/** A name has 100 characters at most; there must be room for a rotation's name or a number behind it. */
const MOST_SLUG = 45;

/** `Amira Khan (EMEA)` → `amira-khan-emea`: a name that files and policies can use; never empty. */
export function slug(text: string): string {
  const plain = text.normalize('NFKD').replace(/[\u0300-\u036f]/g, '');
  return (
    plain
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .slice(0, MOST_SLUG + 1)
      .replace(/^-+|-+$/g, '') || 'unnamed'
  );
}
