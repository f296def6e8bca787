/**
 * Init: what a first deployment needs before `osls deploy`, made and stored.
 *
 *   look at what is there → ask what is not known → settings file → each missing secret, asked one by one → what is left
 *
 * Promises: nothing that exists is overwritten, be it a parameter or a file, so a second run changes nothing; a token is
 * shown once and kept nowhere; with `dryRun` nothing is changed at all. Called by `pageturner init`, which brings the edges.
 */
import { type Answers, type Ask, askAnswers, askRegion, settingsOf, yesOrNo } from './answers.ts';
import { leftToDo } from './checklist.ts';
import { freshSecrets, type Random, type Secret } from './secrets.ts';
import { readSettings, settingsPath, settingsText, withStage } from './settings-file.ts';

/** The parameters of Systems Manager. Both throw with a sentence where AWS refuses. */
export type Parameters = {
  /** Which of these names exist. */
  existing: (names: string[]) => Promise<string[]>;
  /** Stores a SecureString. False where it exists: it is left as it is. */
  store: (name: string, value: string) => Promise<boolean>;
};

/** Files of the clone, by their path from its root. `read`: undefined where there is none. */
export type Files = { read: (path: string) => string | undefined; write: (path: string, text: string) => void };

export type InitEdges = {
  files: Files;
  /** Of a region: it is known only once it was asked. */
  parameters: (region: string) => Parameters;
  ask: Ask;
  say: (line: string) => void;
  random: Random;
};

export type InitOptions = { stage: string; region?: string; owner: string; dryRun: boolean; yes: boolean };

/** Runs it. Throws `Misuse` where a question is not answered or AWS refuses. */
export async function init(options: InitOptions, edges: InitEdges): Promise<void> {
  const { files, say } = edges;
  const { stage, dryRun } = options;
  const path = settingsPath(stage);
  const written = files.read(path);
  const answers = written === undefined ? await askAnswers(edges.ask, regionOf(options)) : undefined;
  const settings = answers ? settingsOf(answers) : readSettings(written!, path);
  const region = answers?.region ?? options.region ?? (await askRegion(edges.ask));
  const parameters = edges.parameters(region);
  const secrets = freshSecrets(stage, options.owner, edges.random);
  const there = await parameters.existing(secrets.map(({ name }) => name));
  writeSettings(options, edges, settings, written !== undefined);
  for (const secret of secrets) {
    if (there.includes(secret.name)) say(`there    ${secret.name}: left as it is`);
    else if (dryRun) say(`missing  ${secret.name}: ${secret.what}`);
    else await storeSecret(secret, options, edges, parameters);
  }
  sayRest(stage, region, settings, answers, say);
}

const regionOf = ({ region }: InitOptions) => (region === undefined ? {} : { region });

/** The stage's file, and its line in serverless.yml. */
function writeSettings(
  { stage, dryRun }: InitOptions,
  { files, say }: InitEdges,
  settings: Record<string, string>,
  isThere: boolean,
): void {
  const path = settingsPath(stage);
  const template = files.read('serverless.yml') ?? '';
  const linked = withStage(template, stage);
  const would = dryRun ? 'would be written' : 'written';
  if (isThere) say(`there    ${path}: left as it is`);
  else {
    if (!dryRun) files.write(path, settingsText(stage, settings));
    say(`settings ${path}: ${would}`);
    if (dryRun) for (const line of settingsText(stage, settings).trimEnd().split('\n')) say(`         ${line}`);
  }
  if (linked === template) return;
  if (!dryRun) files.write('serverless.yml', linked);
  say(`settings serverless.yml, params.${stage}: ${would}`);
}

async function storeSecret(
  { name, what, value, shown }: Secret,
  { yes }: InitOptions,
  { ask, say }: InitEdges,
  parameters: Parameters,
): Promise<void> {
  const isWanted = yes || (await yesOrNo(ask, `Store ${name} (${what}), yes or no?`));
  if (!isWanted) return say(`missing  ${name}: not stored`);
  if (!(await parameters.store(name, value))) return say(`there    ${name}: left as it is`);
  say(`stored   ${name}`);
  if (shown) say(`         ${shown.label}: ${shown.text}`);
}

function sayRest(
  stage: string,
  region: string,
  settings: Record<string, string>,
  answers: Answers | undefined,
  say: (line: string) => void,
): void {
  say('');
  say('Left to do by hand:');
  const left = leftToDo(stage, region, settings).filter(({ at }) => at !== 'entra' || answers?.entra !== false);
  for (const { do: what, at } of left) say(`[ ] ${what}\n    docs/first-hour.md#${at}`);
}
