/**
 * AWS services that watch others, and clusters that fail: what is peculiar to their EventBridge events. Their events name
 * no resource in `resources`, so without these readers two canaries or two clusters would be one signal.
 *
 * Sources: event references of CloudWatch Synthetics, DevOps Guru, EMR, Redshift and DMS. Called by `aws.ts`. Pure.
 */
import type { Draft } from './draft.ts';
import { instant } from './instant.ts';
import { type Fields, link, list, pairs, prose, text } from './read.ts';
import { severityWord } from './severity.ts';

type Reading = Omit<Draft, 'source'> & { variant?: string | undefined };

export const WATCHERS: Record<string, (detail: Fields, event: Fields) => Reading> = {
  'Synthetics Canary TestRun Failure': canary,
  'Synthetics Canary TestRun Successful': canary,
  'DevOps Guru New Insight Open': insight,
  'DevOps Guru New Anomaly Association': insight,
  'DevOps Guru Insight Severity Upgraded': insight,
  'DevOps Guru Insight Closed': insight,
  'EMR Cluster State Change': (detail) => ({
    variant: 'emr',
    ...named('emr', 'EMR cluster', detail.clusterId, detail.name),
    // A cluster that did its work ends, too.
    status: /ERROR/i.test(text(detail.state) ?? '') ? 'firing' : 'resolved',
    severity: severityWord(detail.severity),
    labels: pairs({ state: detail.state }),
  }),
  'EMR Step Status Change': (detail) => ({
    variant: 'emr',
    ...named('emr', 'EMR step', detail.stepId, detail.name),
    status: /FAILED|INTERRUPTED/i.test(text(detail.state) ?? '') ? 'firing' : 'resolved',
    severity: severityWord(detail.severity),
    labels: pairs({ state: detail.state, cluster: detail.clusterId }),
  }),
  'Redshift Cluster Event': (detail) => ({
    variant: 'redshift',
    ...named('redshift', 'Redshift', detail.SourceIdentifier, detail.SourceIdentifier),
    severity: severityWord(detail.Severity),
    status: 'firing',
    description: prose(detail.Message),
    labels: pairs({ eventId: detail.EventId }),
    at: instant(detail.Date),
  }),
  'DMS Replication Task State Change': (detail, event) => ({
    variant: 'dms',
    key: text(list(event.resources)[0]),
    status: /FAIL|STOPPED|ERROR/i.test(text(detail.eventType) ?? '') ? 'firing' : 'resolved',
    description: prose(detail.detailMessage),
    labels: pairs({ eventId: detail.eventId, eventType: detail.eventType }),
    links: { source: link(detail.resourceLink) },
  }),
};

/** Identity, title and resource of a thing that has an id and, perhaps, a name. */
function named(service: string, kind: string, id: unknown, name: unknown): Reading {
  const read = text(id);
  const shown = text(name) ?? read;
  return {
    key: read === undefined ? undefined : `${service}:${read}`,
    title: shown === undefined ? undefined : `${kind}: ${shown}`,
    resources:
      read === undefined
        ? []
        : [{ id: read, type: `AWS/${service}`, ...(shown === undefined || shown === read ? {} : { name: shown }) }],
  };
}

function canary(detail: Fields): Reading {
  return {
    variant: 'synthetics',
    ...named('synthetics', 'Synthetics canary', detail['canary-name'], detail['canary-name']),
    status: text(detail['test-run-status'])?.toUpperCase() === 'PASSED' ? 'resolved' : 'firing',
    labels: pairs({ run: detail['canary-run-id'] }),
    at: instant(detail['completed-at']),
  };
}

function insight(detail: Fields): Reading {
  const isClosed = detail.messageType === 'CLOSED_INSIGHT';
  return {
    variant: 'devops-guru',
    key: text(detail.insightId),
    status: isClosed ? 'resolved' : 'firing',
    severity: severityWord(detail.insightSeverity),
    title: text(detail.insightName),
    description: prose(detail.insightDescription),
    labels: pairs({ insightType: detail.insightType }),
    links: { source: link(detail.insightUrl) },
    startsAt: instant(detail.startTime),
    endsAt: isClosed ? instant(detail.endTime) : undefined,
  };
}
