/**
 * Incident tools that pass on what they were told: Opsgenie, PagerDuty, Splunk On-Call, Statuspage, Alerta. One entry a
 * sender.
 *
 * Sources: each sender's documentation of its webhook.
 */
import { at, has, type Monitor, say, sentence } from './monitor.ts';
import { fields, isFields, list, text } from './read.ts';
import { severityWord } from './severity.ts';

const CLOSED = /^(closed?|resolved?|ok|clear(ed)?|normal)$/i;
const isClosed = (word: unknown): boolean => CLOSED.test(text(word)?.trim() ?? '');

export const TOOLS: Monitor[] = [
  {
    name: 'victorops',
    is: (body) =>
      'message_type' in body && ('entity_id' in body || 'entity_display_name' in body || 'state_message' in body),
    read: (body) => ({
      identity: [say(body, 'entity_id', 'entity_display_name')],
      isOver: /^recovery$/i.test(say(body, 'message_type') ?? ''),
      title: say(body, 'entity_display_name', 'entity_id'),
      thing: say(body, 'host_name', 'hostname'),
      fact: say(body, 'state_message'),
      severity: severityWord(body.message_type),
      url: body.alert_url,
      at: body.state_start_time ?? body.timestamp,
    }),
  },
  {
    name: 'opsgenie',
    is: (body) =>
      typeof body.action === 'string' && isFields(body.alert) && ('alertId' in body.alert || 'alias' in body.alert),
    read: (body) => ({
      identity: [say(body, 'alert.alias', 'alert.alertId')],
      isOver: /^(close|resolve|delete)d?$/i.test(say(body, 'action') ?? '') || isClosed(at(body, 'alert.status')),
      title: say(body, 'alert.message'),
      thing: say(body, 'alert.entity', 'alert.source'),
      fact: at(body, 'alert.description'),
      severity: severityWord(at(body, 'alert.priority')),
      at: at(body, 'alert.updatedAt') ?? at(body, 'alert.createdAt'),
      labels: at(body, 'alert.details'),
    }),
  },
  {
    name: 'pagerduty',
    is: (body) => /^incident\./.test(say(body, 'event.event_type') ?? '') && isFields(at(body, 'event.data')),
    read: (body) => ({
      identity: [say(body, 'event.data.id', 'event.data.incident.id')],
      isOver: say(body, 'event.data.status') === 'resolved' || say(body, 'event.event_type') === 'incident.resolved',
      title: say(body, 'event.data.title', 'event.data.summary'),
      thing: say(body, 'event.data.service.summary'),
      severity:
        severityWord(at(body, 'event.data.priority.summary')) ??
        (say(body, 'event.data.urgency') === 'low' ? 'warning' : undefined),
      url: at(body, 'event.data.html_url'),
      at: at(body, 'event.occurred_at'),
    }),
  },
  {
    name: 'statuspage',
    is: (body) => isFields(body.page) && (isFields(body.incident) || isFields(body.component)),
    read: (body) => {
      const state = say(body, 'incident.status', 'component_update.new_status', 'component.status') ?? '';
      return {
        identity: [say(body, 'incident.id', 'component.id', 'incident.name', 'component.name')],
        isOver: /^(resolved|completed|postmortem|operational)$/.test(state),
        title: say(body, 'incident.name') ?? sentence(say(body, 'component.name'), state.replaceAll('_', ' ')),
        fact: say(fields(list(at(body, 'incident.incident_updates'))[0]), 'body') ?? state,
        severity: severityWord(at(body, 'incident.impact')),
        url: at(body, 'incident.shortlink'),
      };
    },
  },
  {
    name: 'alerta',
    is: has('resource', 'event', 'severity', 'environment'),
    read: (body) => ({
      identity: [say(body, 'event'), say(body, 'resource'), say(body, 'environment')],
      isOver: isClosed(body.status) || /^(normal|ok|cleared)$/i.test(say(body, 'severity') ?? ''),
      title: `${say(body, 'event')} on ${say(body, 'resource')}`,
      thing: body.resource,
      fact: [say(body, 'text'), say(body, 'value')].filter((part) => part !== undefined).join(', '),
      severity: severityWord(body.severity),
      service: say(body, 'service'),
      labels: { environment: body.environment },
    }),
  },
];
