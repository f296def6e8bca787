/** Before all tests: the functions are bundled and packed once; each stack then starts from what is there. */
import { buildFunctions } from '../../infra/build/build.ts';

export default async function setup(): Promise<void> {
  await buildFunctions({ zip: true });
}
