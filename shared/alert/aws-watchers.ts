/**
 * AWS services that watch others: Health, DevOps Guru, Synthetics, Trusted Advisor, Quota Monitor, Cost Anomaly Detection,
 * Lambda's own notices of invocations that failed.
 *
 * Sources: Health "EventBridge schema", event references of Synthetics, DevOps Guru (by EventBridge and by SNS, whose names
 * begin with capitals), Trusted Advisor, the Quota Monitor solution, Cost Management guide, Lambda "Asynchronous invocation
 * records". Called by `aws.ts` and `aws-sns.ts`. Pure.
 */
import { consoleAt, inWords, joined, named, type Reader, type Reading, resourcesOf, shortName } from './aws-reading.ts';
import { digest } from './draft.ts';
import { instant } from './instant.ts';
import { environmentOf, serviceOf } from './labels.ts';
import { type Fields, fields, link, list, number, pairs, prose, text } from './read.ts';
import { severityWord } from './severity.ts';

export const WATCHERS: Record<string, Reader> = {
  'AWS Health Event': health,
  'AWS Health Abuse Event': health,
  'Synthetics Canary TestRun Failure': canary,
  'Synthetics Canary TestRun Successful': canary,
  'DevOps Guru New Insight Open': insight,
  'DevOps Guru New Anomaly Association': insight,
  'DevOps Guru Insight Severity Upgraded': insight,
  'DevOps Guru New Recommendation Created': insight,
  'DevOps Guru Insight Closed': insight,
  'Trusted Advisor Check Item Refresh Notification': advisor,
  'Service Quotas Utilization Notification': advisor,
  'Anomaly Detected': costAnomaly,
  'Lambda Function Invocation Result - Failure': invocation,
  'Lambda Function Invocation Result - Success': invocation,
};

/** `AWS_EC2_INSTANCE_RETIREMENT_SCHEDULED` as people read it. */
function healthTitle(code: string | undefined): string | undefined {
  const words = code?.replace(/^AWS_/, '').split('_') ?? [];
  const [service, ...rest] = words;
  return service === undefined || rest.length === 0 ? code : `${service} ${rest.join(' ').toLowerCase()}`;
}

/** Announcements and scheduled changes are told, nobody is woken for them. */
function health(detail: Fields): Reading {
  const descriptions = list(detail.eventDescription).map(fields);
  const english = descriptions.find((one) => text(one.language)?.startsWith('en')) ?? fields(descriptions[0]);
  const entities = list(detail.affectedEntities).map((entity) => fields(entity).entityValue);
  const isClosed = text(detail.statusCode)?.toLowerCase() === 'closed';
  const arn = text(detail.eventArn);
  const category = text(detail.eventTypeCategory);
  const isPlanned = category === 'scheduledChange' || category === 'accountNotification';
  const tags = list(detail.affectedEntities).flatMap((entity) => pairs(fields(entity).tags));
  return {
    variant: 'health',
    key: arn,
    status: isClosed ? 'resolved' : 'firing',
    ends: true,
    severity: isPlanned ? 'warning' : undefined,
    title: healthTitle(text(detail.eventTypeCode)),
    description: prose(english.latestDescription),
    ...(entities.length > 0 ? { resources: resourcesOf(...entities) } : {}),
    labels: [
      ...tags,
      ...pairs({
        category,
        awsService: detail.service,
        eventTypeCode: detail.eventTypeCode,
        scope: detail.eventScopeCode,
      }),
    ],
    service: serviceOf(tags),
    environment: environmentOf(tags),
    startsAt: instant(detail.startTime),
    endsAt: isClosed ? instant(detail.endTime) : undefined,
    at: instant(detail.lastUpdatedTime),
    links: {
      source: arn && `https://health.aws.amazon.com/health/home#/account/event-log?eventID=${encodeURIComponent(arn)}`,
    },
  };
}

function canary(detail: Fields): Reading {
  return {
    variant: 'synthetics',
    ...named('synthetics', 'Synthetics canary', detail['canary-name'], detail['canary-name']),
    status: text(detail['test-run-status'])?.toUpperCase() === 'PASSED' ? 'resolved' : 'firing',
    ends: true,
    description: prose(detail.message) ?? prose(detail['state-reason']),
    labels: pairs({ run: detail['canary-run-id'] }),
    at: instant(detail['completed-at']),
  };
}

/** By EventBridge `insightId`, by SNS `InsightId`. */
export function insight(detail: Fields): Reading {
  const said = (name: string) => detail[name] ?? detail[`${name[0]?.toUpperCase()}${name.slice(1)}`];
  const isClosed = said('messageType') === 'CLOSED_INSIGHT';
  const name = prose(said('insightName'));
  const description = prose(said('insightDescription'));
  const stacks = list(fields(fields(said('resourceCollection')).cloudFormation).stackNames);
  return {
    variant: 'devops-guru',
    key: text(said('insightId')),
    notice: text(said('messageType')),
    status: isClosed ? 'resolved' : 'firing',
    ends: true,
    severity: severityWord(said('insightSeverity')),
    title: text(name ?? description),
    description: name === undefined ? undefined : description,
    resources: resourcesOf(...stacks),
    labels: pairs({ insightType: said('insightType') }),
    links: { source: link(said('insightUrl')) },
    startsAt: instant(said('startTime')),
    endsAt: isClosed ? instant(said('endTime')) : undefined,
    at: isClosed ? instant(said('endTime')) : undefined,
  };
}

/** Trusted Advisor's checks, and the Quota Monitor solution, which writes its notices in the same shape. */
function advisor(detail: Fields, event: Fields): Reading {
  const item = fields(detail['check-item-detail']);
  const limit = text(item['Limit Name']);
  const check = text(detail['check-name']) ?? text(event['detail-type']);
  const usage = text(item['Current Usage']);
  const most = text(item['Limit Amount']);
  const service = text(item.Service);
  const isOver = text(detail.status)?.toUpperCase() === 'OK';
  const share = (number(usage) ?? 0) / (number(most) ?? Number.NaN);
  const thing = text(detail.resource_id) ?? text(item.Resource);
  const { Timestamp: _, 'Current Usage': __, Status: ___, ...which } = item;
  return {
    variant: 'trustedadvisor',
    key: `${check ?? ''}#${text(detail.resource_id) ?? digest(JSON.stringify(which).slice(0, 20_000), text(detail.uuid))}`,
    status: isOver ? 'resolved' : 'firing',
    ends: true,
    title: limit === undefined ? check : joined(' ', 'Quota', service, limit, text(item.Region)),
    description:
      limit === undefined
        ? joined(
            ', ',
            ...pairs(which)
              .slice(0, 6)
              .map(([name, value]) => `${name} ${value}`),
          )
        : `${usage ?? '?'} of ${most ?? '?'} used${Number.isFinite(share) ? ` (${Math.round(share * 100)}%)` : ''}`,
    severity: isOver ? undefined : severityWord(detail.status),
    resources: resourcesOf(thing),
    labels: pairs({ ...(limit === undefined ? {} : { limit, quotaService: service }) }),
  };
}

/** Nobody is woken for money. */
export function costAnomaly(json: Fields): Reading {
  const impact = fields(json.impact);
  const what =
    text(json.dimensionalValue ?? json.dimensionValue) ??
    text(fields(list(json.rootCauses)[0]).service) ??
    text(json.monitorName);
  const cause = fields(list(json.rootCauses)[0]);
  const dollars = (value: unknown) => (number(value) === undefined ? undefined : `$${number(value)}`);
  return {
    variant: 'cost-anomaly',
    key: text(json.anomalyId),
    severity: 'warning',
    ends: false,
    title: joined(
      ' ',
      'Cost anomaly:',
      what ?? 'detected',
      dollars(impact.totalImpact) && `${dollars(impact.totalImpact)} too much`,
    ),
    description: joined(
      ', ',
      dollars(impact.totalActualSpend) && `spent ${dollars(impact.totalActualSpend)}`,
      dollars(impact.totalExpectedSpend) && `expected ${dollars(impact.totalExpectedSpend)}`,
      text(cause.usageType),
      text(cause.region),
    ),
    startsAt: instant(json.anomalyStartDate),
    signal: { value: number(impact.totalImpact), unit: 'USD' },
    links: { source: link(json.anomalyDetailsLink) },
  };
}

/** What Lambda sends to the destination of a function that was called and not waited for. */
export function invocation(json: Fields, event: Fields = {}): Reading {
  const context = fields(json.requestContext);
  const payload = fields(json.responsePayload);
  const arn = text(context.functionArn)?.replace(/:(?:\$LATEST|[0-9]+)$/, '');
  const name = shortName(arn) ?? 'function';
  const error = joined(': ', text(payload.errorType), prose(payload.errorMessage));
  const isWell = context.condition === 'Success';
  return {
    variant: 'lambda',
    key: `${arn ?? name}#${isWell ? 'success' : digest(text(context.condition), text(payload.errorType), text(payload.errorMessage))}`,
    notice: text(context.requestId),
    status: isWell ? 'resolved' : 'firing',
    severity: isWell ? 'info' : undefined,
    ends: false,
    title: `Lambda ${name} ${isWell ? 'succeeded' : 'failed'}`,
    description: joined(
      '. ',
      error ?? text(fields(json.responseContext).functionError),
      isWell ? undefined : inWords(text(context.condition)),
    ),
    resources: arn === undefined ? [] : [{ id: arn, type: 'AWS/lambda', name }],
    at: instant(json.timestamp),
    links: {
      source: consoleAt(event, (region) => `/lambda/home?region=${region}#/functions/${encodeURIComponent(name)}`),
    },
  };
}
