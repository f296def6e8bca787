/** `pageturner init`: the secrets and the settings of a first deployment, and what is left to do by hand. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { DescribeParametersCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { Misuse, saying } from '../folder.ts';
import type { Ask } from '../init/answers.ts';
import { type Files, init, type Parameters } from '../init/init.ts';

type Options = { stage: string; region?: string; dryRun?: boolean; yes?: boolean };

/** As the roles of the template and names of functions take it. */
const STAGE = /^[a-z][a-z0-9-]{0,39}$/;

export async function runInit(options: Options): Promise<void> {
  await saying(async () => {
    if (!STAGE.test(options.stage) || options.stage === 'local')
      throw new Misuse(
        `--stage ${options.stage}: a letter, then letters, digits and hyphens, all small; and not local.`,
      );
    if (!existsSync('serverless.yml'))
      throw new Misuse('Run init in the folder of your clone, where serverless.yml is.');
    const region = options.region ?? process.env['AWS_REGION'] ?? process.env['AWS_DEFAULT_REGION'];
    const lines = openLines();
    try {
      await init(
        {
          stage: options.stage,
          owner: ownerName(),
          dryRun: options.dryRun ?? false,
          yes: options.yes ?? false,
          ...(region === undefined ? {} : { region }),
        },
        { files: FILES, parameters: openParameters, ask: lines.ask, say, random: randomBytes },
      );
    } finally {
      lines.close();
    }
  });
}

const say = (line: string) => process.stdout.write(`${line}\n`);

/** Names in api-tokens hold no colon and no comma. */
function ownerName(): string {
  const name = (process.env['USER'] ?? '').replace(/[^A-Za-z0-9._-]/g, '');
  return name === '' ? 'operator' : name;
}

const FILES: Files = {
  read: (path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined),
  write: (path, text) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  },
};

/** Questions on standard error, a line of standard input for each answer: a script may pipe its answers. */
function openLines(): { ask: Ask; close: () => void } {
  const reader = createInterface({ input: process.stdin });
  const lines = reader[Symbol.asyncIterator]();
  return {
    ask: async (question) => {
      process.stderr.write(`${question} `);
      const { value, done } = await lines.next();
      return done ? undefined : String(value);
    },
    close: () => reader.close(),
  };
}

function openParameters(region: string): Parameters {
  const client = new SSMClient({ region, maxAttempts: 3 });
  return {
    existing: async (names) => {
      const answer = await asked(() =>
        client.send(
          new DescribeParametersCommand({ ParameterFilters: [{ Key: 'Name', Option: 'Equals', Values: names }] }),
        ),
      );
      return (answer.Parameters ?? []).flatMap(({ Name }) => (Name === undefined ? [] : [Name]));
    },
    store: async (name, value) => {
      try {
        await asked(() =>
          client.send(new PutParameterCommand({ Name: name, Value: value, Type: 'SecureString', Overwrite: false })),
        );
        return true;
      } catch (error) {
        if ((error as { cause?: Error }).cause?.name === 'ParameterAlreadyExists') return false;
        throw error;
      }
    },
  };
}

/** An answer of AWS, or a sentence. Only the error's name goes on: its message may quote what was sent. */
async function asked<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    const misuse = new Misuse(
      `Systems Manager refused (${(error as Error).name}). Are you signed in to the account, and may you read and put parameters under /pageturner/?`,
    );
    misuse.cause = error;
    throw misuse;
  }
}
