/** `pageturner cost`: what a month costs, line by line. */
import { costOf, PRICES_OF, sayCost } from '../cost/cost.ts';
import { Misuse, saying } from '../folder.ts';

type Options = { alerts: string; pages: string; people?: string; perUser?: string; json?: boolean };

export async function runCost(options: Options): Promise<void> {
  await saying(async () => {
    const [alerts, pages] = [count('alerts', options.alerts), count('pages', options.pages)];
    const people = options.people === undefined ? undefined : count('people', options.people);
    const perUser = options.perUser === undefined ? undefined : count('per-user', options.perUser);
    const cost = costOf(alerts, pages);
    const each = people ? cost.usd.month / people : undefined;
    if (options.json) {
      process.stdout.write(
        `${JSON.stringify({ pricesOf: PRICES_OF, asked: { alerts, pages }, ...cost, ...(each === undefined ? {} : { usdAPerson: each }) })}\n`,
      );
      return;
    }
    process.stdout.write(`List prices of ${PRICES_OF}, USD before tax, no free tier taken off.\n\n${sayCost(cost)}`);
    if (people && each !== undefined)
      process.stdout.write(`${people} people: ${each.toFixed(2)} a person; nothing here is charged by the person.\n`);
    if (people && perUser !== undefined)
      process.stdout.write(
        `A product at ${perUser} a person: ${(people * perUser).toFixed(2)}, ${((people * perUser) / cost.usd.month).toFixed(1)} times as much.\n`,
      );
  });
}

function count(option: string, written: string): number {
  const value = Number(written);
  if (!/^\d+(\.\d+)?$/.test(written) || value > 1e12)
    throw new Misuse(`--${option} ${written}: write a number, like 1000.`);
  return value;
}
