/** The morning after, over the API: the review of an incident, the five whys, the follow-ups. */
import { Hono, type Context as Request } from 'hono';
import * as v from 'valibot';
import { changeProblem } from '../../flow/problem.ts';
import { openFollowUpsOf, reviewOf } from '../../flow/review.ts';
import {
  type Changed,
  FOLLOW_UP_STATES,
  withFollowUp,
  withNewFollowUp,
  withWhy,
  withWorkaround,
} from '../../problem/changes.ts';
import type { World } from '../../world/world.ts';
import { body, type Env, NO_INCIDENT, query, says } from './request.ts';

const WHY_SAYS = 'Send {"text": "…"}: the answer; and `under`, the id of the answer that it is the reason of.';
const whySchema = v.object({ text: v.string(WHY_SAYS), under: v.optional(v.string(WHY_SAYS)) });
const workaroundSchema = v.object({ text: v.string('Send {"text": "…"}: what helps until the cause is gone.') });
const STATE_SAYS = `\`state\` must be ${FOLLOW_UP_STATES.join(', ')}.`;
const text = (field: string) => v.optional(v.pipe(v.string(), v.maxLength(500, `\`${field}\` is too long.`)));
const followUpSchema = v.object({
  text: text('text'),
  state: v.optional(v.picklist(FOLLOW_UP_STATES, STATE_SAYS)),
  because: text('because'),
  owner: text('owner'),
  due: text('due'),
});

/** Its routes begin with `/incidents/:id`; where it says so, the id of a cause will do. */
export function reviews(world: World): Hono<Env> {
  const app = new Hono<Env>();
  app.get(
    '/incidents/:id/review',
    says(
      'The review as Markdown, with the whys and the follow-ups; by the id of an incident or of its cause',
      NO_INCIDENT,
    ),
    async (c) => {
      const review = await reviewOf(world, c.req.param('id'));
      return review ? c.json(review) : unknown(c);
    },
  );
  app.post(
    '/incidents/:id/whys',
    says('Answer a why; an answer that names a person is refused', NO_INCIDENT),
    body(whySchema),
    async (c) => {
      const said = c.req.valid('json');
      return answer(
        c,
        await changeProblem(world, c.req.param('id') ?? '', (problem, catalogue) =>
          withWhy(problem, said, { catalogue, now: world.now() }),
        ),
      );
    },
  );
  app.post(
    '/incidents/:id/workaround',
    says('Say what helps until the cause is gone: the next page shows it', NO_INCIDENT),
    body(workaroundSchema),
    async (c) => {
      const said = c.req.valid('json').text;
      return answer(
        c,
        await changeProblem(world, c.req.param('id') ?? '', (problem) => withWorkaround(problem, said, world.now())),
      );
    },
  );
  app.post(
    '/incidents/:id/follow-ups',
    says('Propose a follow-up, or agree on one', NO_INCIDENT),
    body(followUpSchema),
    async (c) => {
      const said = c.req.valid('json');
      return answer(
        c,
        await changeProblem(world, c.req.param('id') ?? '', (problem) => withNewFollowUp(problem, said, world.now())),
      );
    },
  );
  app.post(
    '/incidents/:id/follow-ups/:follow',
    says('Change a follow-up: agreed, done, or not doing because; its owner, its date', NO_INCIDENT),
    body(followUpSchema),
    async (c) => {
      const said = c.req.valid('json');
      const id = c.req.param('follow') ?? '';
      return answer(
        c,
        await changeProblem(world, c.req.param('id') ?? '', (problem) => withFollowUp(problem, id, said, world.now())),
      );
    },
  );
  app.get(
    '/follow-ups',
    says('Follow-ups that are proposed or agreed, the longest overdue first, with what each cause has cost since'),
    query(v.object({ owner: v.optional(v.string()) })),
    async (c) => c.json({ followUps: await openFollowUpsOf(world, c.req.valid('query').owner) }),
  );
  return app;
}

function answer(c: Request, changed: Changed | undefined) {
  if (changed === undefined) return unknown(c);
  if ('why' in changed) return c.json({ error: `${changed.why} Nothing was changed.` }, 400);
  const { whys, followUps, workaround } = changed.problem;
  return c.json({ whys, followUps, ...(workaround === undefined ? {} : { workaround }) });
}

function unknown(c: Request) {
  return c.json({ error: 'There is no such incident, and no such cause.' }, 404);
}
