/** Before all tests: the functions are bundled once, so that no test meets a bundle that another is writing. */
import { buildFunctions } from '../../infra/build/build.ts';

export default async function setup(): Promise<void> {
  await buildFunctions({ zip: false });
}
