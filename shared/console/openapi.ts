/** The description of the API, OpenAPI 3.1: `/api/openapi.json`. */
const incidentId = {
  name: 'id',
  in: 'path',
  required: true,
  schema: { type: 'string' },
  description: 'k3v9qd7m2xab-1',
};
const ok = (description: string) => ({
  200: { description },
  401: { description: 'Not known' },
  404: { description: 'There is no such incident' },
});
const acted = (summary: string) => ({
  post: { summary, parameters: [incidentId], responses: ok('The incident as it now is, and whether this changed it') },
});

export const OPENAPI = {
  openapi: '3.1.0',
  info: {
    title: 'Pageturner',
    version: '1',
    description: 'Incidents and who is on call. Everything wants a bearer token.',
  },
  security: [{ bearer: [] }],
  components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
  paths: {
    '/api/incidents': {
      get: {
        summary: 'Open incidents, newest first; `state=resolved` for those that are over',
        parameters: [
          { name: 'state', in: 'query', schema: { enum: ['open', 'resolved'] } },
          { name: 'limit', in: 'query', schema: { type: 'integer', minimum: 1, maximum: 500 } },
        ],
        responses: ok('Incidents'),
      },
    },
    '/api/incidents/{id}': {
      get: {
        summary: 'One incident with its whole timeline and how it went before',
        parameters: [incidentId],
        responses: ok('The incident'),
      },
    },
    '/api/incidents/{id}/acknowledge': acted('It is mine: nobody else is paged'),
    '/api/incidents/{id}/resolve': acted('It is over'),
    '/api/incidents/{id}/escalate': acted('Page the next step now'),
    '/api/incidents/{id}/notes': acted('Add a note: {"text": "…"}'),
    '/api/oncall': {
      get: {
        summary: 'Who is on call in each rota, now or `at` an instant',
        parameters: [{ name: 'at', in: 'query', schema: { type: 'string', format: 'date-time' } }],
        responses: ok('A person or null for each rota'),
      },
    },
    '/api/contacts': {
      get: {
        summary: "Each person's ways, when each was proved, and where its owner sent STOP",
        responses: ok('Ways'),
      },
    },
    '/api/test-pages': {
      post: {
        summary: 'Asks a person to answer by each of their ways: {"person": "amira", "by": "sms"}',
        responses: { 201: { description: 'The test of each way' }, 400: { description: 'Nobody, or no such way' } },
      },
    },
    '/api/shadow': {
      get: {
        summary: 'What people would have been told about services in shadow, `since` an instant',
        parameters: [{ name: 'since', in: 'query', schema: { type: 'string', format: 'date-time' } }],
        responses: ok('Pages that were not sent'),
      },
    },
    '/api/calendars': {
      get: { summary: 'The private calendar address of each rota and person', responses: ok('Addresses') },
    },
    '/api/peer': {
      get: {
        summary:
          'What a second region asks once a minute: when the last sweep ended and the last canary came through, which catalogue is in force, its silences and overrides, and the latest incident of each group',
        parameters: [
          {
            name: 'groups',
            in: 'query',
            schema: { type: 'string' },
            description: 'At most 200 first halves of incident ids: k3v9qd7m2xab,…',
          },
        ],
        responses: ok('How this region is, and what it last heard of the other'),
      },
    },
    '/api/catalogue': { get: { summary: 'Which catalogue is in force', responses: ok('Digest, since when, by whom') } },
    '/api/deployments': {
      get: { summary: 'Deployments of a service since an instant', responses: ok('Deployments, newest first') },
    },
    '/api/silences': {
      get: { summary: 'Silences in force', responses: ok('Silences') },
      post: {
        summary: 'Silence matching alerts: {"match": PATTERN, "minutes": N, "why": "…"}',
        responses: ok('The silence'),
      },
    },
    '/api/overrides': {
      get: { summary: 'Overrides in force', responses: ok('Overrides') },
      post: {
        summary:
          'Put a person on call: {"rota", "person", "insteadOf"?, "from"?, "minutes" or "until"}; times are instants or wall times of the rota',
        responses: ok('The override'),
      },
    },
    '/api/overrides/{id}': {
      delete: {
        summary: 'End an override, or all those of a swap, now',
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
        responses: ok('Its id'),
      },
    },
    '/api/swaps': {
      post: {
        summary:
          'Two people exchange shifts: {"rota", "person", "with", "give", "take"?}; give and take are an instant within a shift, or FROM/TO',
        responses: ok('The overrides, under one id, and warnings'),
      },
    },
  },
};
