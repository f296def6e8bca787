/**
 * Monitors of addresses, as their webhooks post by default. A table: one entry a sender.
 *
 * Sources: each sender's documentation of its webhook, named beside the entry.
 */
import { at, has, type Monitor, plainNames, say, sentence } from './monitor.ts';
import { entry, fields, first, isFields, text } from './read.ts';

const UP = /^(up|ok|online|recovery|recovered|resolved|clear|cleared|normal|passing|healthy|success)$/i;
const isUp = (word: unknown): boolean => UP.test(text(word)?.trim() ?? '');

// 0 down, 1 up, 2 pending, 3 maintenance. [Uptime Kuma, server/model/monitor and its webhook]
const KUMA: Record<string, string> = { 0: 'down', 1: 'up', 2: 'pending', 3: 'under maintenance' };

export const MONITORS: Monitor[] = [
  {
    name: 'uptime-kuma',
    is: (body) => isFields(body.heartbeat) && isFields(body.monitor),
    read: (body) => {
      const state = entry(KUMA, say(body, 'heartbeat.status')) ?? 'down';
      return {
        identity: [say(body, 'monitor.id', 'heartbeat.monitorID', 'monitor.name'), say(body, 'monitor.name')],
        isOver: state === 'up' || state === 'under maintenance',
        title: sentence(say(body, 'monitor.name'), state),
        thing: say(body, 'monitor.url', 'monitor.hostname')?.replace(/^https?:\/\/$/, ''),
        fact: say(body, 'heartbeat.msg', 'msg'),
        url: at(body, 'monitor.url'),
        at: at(body, 'heartbeat.time'),
      };
    },
  },
  {
    name: 'statuscake',
    is: (body) => 'StatusCode' in body && 'Status' in body && ('Name' in body || 'URL' in body),
    read: (body) => ({
      identity: [say(body, 'TestID', 'ID', 'Name', 'URL'), body.URL],
      isOver: isUp(body.Status),
      title: sentence(say(body, 'Name', 'URL'), say(body, 'Status')),
      thing: say(body, 'URL', 'IP'),
      fact: say(body, 'StatusCode') === '0' ? 'no answer' : `status ${say(body, 'StatusCode') ?? 'unknown'}`,
      url: body.URL,
      labels: { tags: body.Tags },
    }),
  },
  {
    name: 'pingdom',
    is: has('check_id', 'current_state'),
    read: (body) => ({
      identity: [text(body.check_id)],
      isOver: /^(up|success)$/i.test(say(body, 'current_state') ?? ''),
      title: sentence(say(body, 'check_name'), say(body, 'current_state')),
      thing: say(body, 'check_params.full_url', 'check_params.hostname', 'check_params.url'),
      fact: say(body, 'long_description', 'description'),
      severity: say(body, 'importance_level') === 'LOW' ? 'warning' : undefined,
      url: at(body, 'check_params.full_url'),
      at: body.state_changed_timestamp,
      labels: { tags: say(body, 'tags') },
    }),
  },
  {
    name: 'uptimerobot',
    is: (body) => 'alertTypeFriendlyName' in body || ('monitorFriendlyName' in body && 'alertType' in body),
    read: (body) => ({
      identity: [
        say(body, 'monitorID', 'monitorURL', 'monitorFriendlyName'),
        say(body, 'alertType') === '3' ? 'certificate' : '',
      ],
      isOver: say(body, 'alertType') === '2' || isUp(body.alertTypeFriendlyName),
      title: sentence(say(body, 'monitorFriendlyName', 'monitorURL'), say(body, 'alertTypeFriendlyName')),
      thing: body.monitorURL,
      fact:
        say(body, 'alertDetails') ??
        (say(body, 'sslExpiryDaysLeft') && `certificate expires in ${say(body, 'sslExpiryDaysLeft')} days`),
      url: body.monitorURL,
      at: body.alertDateTime,
    }),
  },
  {
    name: 'site24x7',
    is: (body) =>
      ('MONITORNAME' in body || 'MONITOR_NAME' in body || 'monitor_name' in body) &&
      ('STATUS' in body || 'status' in body),
    read: (written) => {
      const body = plainNames(written);
      const status = say(body, 'status');
      return {
        identity: [say(body, 'monitorid', 'monitorname'), say(body, 'monitorname')],
        isOver: isUp(status),
        title: sentence(say(body, 'monitorname'), status),
        thing: say(body, 'monitorurl'),
        fact: say(body, 'incidentreason', 'reason', 'incidentdetails', 'errormessage'),
        severity: /trouble/i.test(status ?? '') ? 'warning' : undefined,
        url: first(say(body, 'monitordashboardlink'), say(body, 'permalink'), say(body, 'monitorurl')),
        at: say(body, 'incidenttimeiso', 'incidenttime'),
      };
    },
  },
  {
    name: 'hetrixtools',
    is: has('monitor_id', 'monitor_status'),
    read: (body) => ({
      identity: [text(body.monitor_id)],
      isOver: isUp(body.monitor_status),
      title: sentence(say(body, 'monitor_name', 'monitor_target'), say(body, 'monitor_status')),
      thing: body.monitor_target,
      fact: isFields(body.monitor_errors)
        ? Object.values(body.monitor_errors)
            .map((one) => text(one))
            .join(', ')
        : say(body, 'monitor_errors'),
      at: body.timestamp,
    }),
  },
  {
    name: 'updown',
    is: (body) => /^check\./.test(text(body.event) ?? '') && isFields(body.check),
    read: (body) => ({
      identity: [say(body, 'check.token', 'check.url'), /ssl/.test(text(body.event) ?? '') ? 'ssl' : ''],
      isOver: /\.(up|ssl_valid|ssl_renewed|performance_ok)$/.test(text(body.event) ?? ''),
      title: sentence(
        say(body, 'check.alias', 'check.url'),
        text(body.event)?.replace('check.', '').replaceAll('_', ' '),
      ),
      thing: at(body, 'check.url'),
      fact: say(body, 'downtime.error', 'ssl.error', 'description'),
      url: at(body, 'check.url'),
      at: at(body, 'time'),
    }),
  },
  {
    name: 'better-stack',
    is: (body) => at(body, 'data.type') === 'incident' && isFields(at(body, 'data.attributes')),
    read: (body) => {
      const said = fields(at(body, 'data.attributes'));
      return {
        identity: [say(body, 'data.id')],
        isOver: text(said.resolved_at) !== undefined || isUp(said.status),
        title: say(said, 'name', 'url'),
        thing: say(said, 'url', 'hostname'),
        fact: said.cause,
        url: said.origin_url ?? said.url,
        at: said.resolved_at ?? said.started_at,
        since: said.started_at,
      };
    },
  },
  {
    name: 'healthchecks',
    is: (body) =>
      'ping_url' in body ||
      ('last_ping' in body && 'status' in body) ||
      ('code' in body && 'name' in body && 'status' in body && 'tags' in body),
    read: (body) => ({
      identity: [say(body, 'code', 'uuid', 'unique_key', 'ping_url', 'name')],
      isOver: isUp(body.status),
      title: sentence(say(body, 'name', 'slug', 'code'), say(body, 'status')),
      fact: say(body, 'desc') ?? (say(body, 'last_ping') && `last ping ${say(body, 'last_ping')}`),
      url: body.url ?? body.details_url,
      labels: { tags: body.tags },
    }),
  },
  {
    name: 'cronitor',
    is: (body) => 'monitor' in body && /^(alert|recovery|test)$/i.test(text(body.type) ?? ''),
    read: (body) => ({
      identity: [say(body, 'monitor', 'key', 'name'), say(body, 'environment')],
      isOver: /recovery/i.test(text(body.type) ?? ''),
      title: say(body, 'name', 'monitor'),
      fact: say(body, 'description', 'rule'),
      url: body.issue_url ?? body.url,
    }),
  },
  {
    name: 'checkly',
    is: (body) => 'ALERT_TYPE' in body || ('alertType' in body && 'checkName' in body),
    read: (written) => {
      const body = plainNames(written);
      const kind = say(body, 'alerttype') ?? '';
      return {
        identity: [say(body, 'checkid', 'checkname'), /ssl/i.test(kind) ? 'ssl' : ''],
        isOver: /recover|no_alert/i.test(kind),
        title: say(body, 'alerttitle') ?? sentence(say(body, 'checkname'), 'failing'),
        fact: say(body, 'checkerrormessage', 'checkresulterror'),
        severity: /degraded|ssl/i.test(kind) ? 'warning' : undefined,
        url: body.resultlink,
      };
    },
  },
];
