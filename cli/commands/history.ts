/** `pageturner history`: the alerts of a time with their raw bodies, one a line, out of the table. */
import { alertsBetween } from '../../shared/store/signals.ts';
import { openTable } from '../../shared/store/store.ts';
import { lineOf } from '../backtest/history.ts';
import { instantOption, Misuse, saying } from '../folder.ts';

export async function runHistory(options: {
  from: string;
  to?: string;
  table: string;
  redacted?: boolean;
}): Promise<void> {
  await saying(async () => {
    const [from, to] = [instantOption('from', options.from), instantOption('to', options.to)];
    if (from >= to) throw new Misuse('--from must be before --to.');
    const instants = [new Date(from).toISOString(), new Date(to).toISOString()] as const;
    let count = 0;
    for await (const alerts of alertsBetween(openTable(options.table), ...instants))
      for (const alert of alerts) {
        process.stdout.write(`${JSON.stringify(lineOf(alert, options.redacted ?? false))}\n`);
        count++;
      }
    process.stderr.write(`${count} alerts, in no order. Alerts are kept for 90 days.\n`);
  });
}
