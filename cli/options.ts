/** The options of every command that asks a running Pageturner. Called by the files that list commands. */
const WHERE = 'where Pageturner runs (PAGETURNER_URL; else this machine)';

export const SERVER = ['--server, --to <address>', WHERE] as const;
/** For a command whose `--to` is an instant. */
export const SERVER_ALONE = ['--server <address>', WHERE] as const;
export const TOKEN = ['--token <token>', 'who you are (PAGETURNER_TOKEN)'] as const;
