/** How osls asks whether a deployment's settings are right (`settings.ts`): a variable that throws where they are not. */
const { SETTINGS, wrongSettings } = require('./settings.ts');

module.exports = async ({ resolveVariable }) => {
  const stage = await resolveVariable('sls:stage');
  const values = await Promise.all(SETTINGS.map((name) => resolveVariable(`param:${name}`)));
  const settings = Object.fromEntries(SETTINGS.map((name, n) => [name, String(values[n] ?? '')]));
  const wrong = wrongSettings(stage, settings);
  if (wrong.length === 0) return 'checked';
  const error = new Error(`Nothing was packaged.\n${wrong.map((sentence) => `- ${sentence}`).join('\n')}`);
  // osls prints the stack, which says nothing to whoever deploys.
  error.stack = error.message;
  throw error;
};
