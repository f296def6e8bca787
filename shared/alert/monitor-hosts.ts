/**
 * Monitors of hosts and networks, as their webhooks post by default: Nagios and its kin, Zabbix, PRTG, SolarWinds, Netdata,
 * Sensu. One entry a sender.
 *
 * Sources: each sender's documentation of its notifications.
 */
import { at, type Monitor, plainNames, say, sentence } from './monitor.ts';
import { entry, type Fields, fields, first, isFields, text } from './read.ts';
import { severityWord } from './severity.ts';

/** Plugins of Nagios and of all that came after it. */
const STATES: Record<string, 'critical' | 'error' | 'warning'> = {
  DOWN: 'critical',
  UNREACHABLE: 'error',
  CRITICAL: 'critical',
  WARNING: 'warning',
  UNKNOWN: 'warning',
};

const NAGIOS_PREFIX = /^(nagios|icinga|notify|macro|var)/;

/** Nagios, Icinga and Checkmk: macros by name, in any spelling that the command's template has. */
function nagios(written: Fields) {
  const body = plainNames(written, NAGIOS_PREFIX);
  const host = say(body, 'hostname', 'hostdisplayname', 'hostalias', 'host.name', 'host');
  const service = say(
    body,
    'servicedesc',
    'servicedescription',
    'servicename',
    'servicedisplayname',
    'service.name',
    'service',
  );
  const kind = say(body, 'notificationtype', 'type')?.toUpperCase() ?? '';
  const state = (
    service === undefined
      ? say(body, 'hoststate', 'host.state', 'state')
      : say(body, 'servicestate', 'service.state', 'state')
  )?.toUpperCase();
  const output =
    service === undefined
      ? say(body, 'hostoutput', 'output', 'checkresult.output')
      : say(body, 'serviceoutput', 'output', 'checkresult.output');
  return {
    identity: [host, service],
    isOver: kind.startsWith('RECOVERY') || state === 'OK' || (state === 'UP' && service === undefined),
    title: service === undefined ? sentence(host, state) : sentence(`${service} on ${host}`, state),
    thing: host,
    fact: output,
    severity: entry(STATES, state),
    url: first(
      say(body, 'serviceactionurl'),
      say(body, 'servicenotesurl'),
      say(body, 'hostactionurl'),
      say(body, 'url'),
    ),
    at: first(say(body, 'longdatetime'), say(body, 'timet'), say(body, 'date')),
    isTest: kind === 'TEST',
  };
}

// Disaster, High, Average, Warning, Information, Not classified. [Zabbix manual, "Trigger severity"]
function zabbixSeverity(word: string | undefined) {
  const known: Record<string, 'critical' | 'error' | 'warning' | 'info'> = {
    5: 'critical',
    disaster: 'critical',
    4: 'error',
    high: 'error',
    3: 'error',
    average: 'error',
    2: 'warning',
    warning: 'warning',
    1: 'info',
    information: 'info',
    0: 'warning',
    'not classified': 'warning',
  };
  return word === undefined ? undefined : entry(known, word.toLowerCase());
}

export const HOSTS: Monitor[] = [
  {
    name: 'prtg',
    is: (written) =>
      'sensorid' in written ||
      (('sensor' in written || 'sensorname' in written) && ('device' in written || 'devicename' in written)),
    read: (written) => {
      const body = plainNames(written);
      const status = say(body, 'status', 'laststatus', 'state');
      const device = say(body, 'device', 'devicename', 'host');
      const sensor = say(body, 'sensor', 'sensorname', 'name', 'shortname');
      return {
        identity: [say(body, 'sensorid', 'objid') ?? `${device} ${sensor}`],
        isOver: /^(up|ok|down ended|warning ended|unusual ended)\b/i.test(status ?? ''),
        title: sentence(
          device === undefined || sensor?.includes(device) ? sensor : `${sensor} on ${device}`,
          status?.replace(/ \(.{0,60}$/, ''),
        ),
        thing: device,
        fact: say(body, 'lastmessage', 'message', 'lastvalue'),
        severity: /^(warning|unusual)/i.test(status ?? '') ? 'warning' : undefined,
        url: say(body, 'linksensor', 'link', 'url'),
        at: say(body, 'datetime'),
      };
    },
  },
  {
    name: 'nagios',
    is: (written) => {
      const body = plainNames(written, NAGIOS_PREFIX);
      return (
        ('notificationtype' in body || 'servicestate' in body || 'hoststate' in body) &&
        ('hostname' in body || 'host' in body || 'hostalias' in body)
      );
    },
    read: nagios,
  },
  {
    name: 'solarwinds',
    is: (written) => {
      const body = plainNames(written);
      return (
        'alertactiveid' in body ||
        'alertobjectid' in body ||
        ('alertname' in body && ('nodename' in body || 'node' in body) && !isFields(written.labels))
      );
    },
    read: (written) => {
      const body = plainNames(written);
      const node = say(body, 'nodename', 'node', 'entitycaption', 'relatednode');
      const state = say(body, 'alertstatus', 'alertstate', 'state', 'status', 'action', 'notificationtype');
      return {
        identity: [say(body, 'alertobjectid', 'alertname'), node, say(body, 'entitycaption', 'objectname')],
        isOver: /^(reset|resolved|cleared?|up|ok|normal|inactive|closed)/i.test(state ?? ''),
        title: say(body, 'alertname', 'name'),
        thing: node,
        fact: say(body, 'alertmessage', 'message', 'alertdescription', 'description'),
        severity: severityWord(say(body, 'severity', 'alertseverity')),
        url: say(body, 'alertdetailsurl', 'detailsurl', 'url'),
      };
    },
  },
  {
    name: 'zabbix',
    is: (written) => {
      const body = plainNames(written);
      return (
        'eventvalue' in body ||
        ('triggerid' in body && ('eventid' in body || 'host' in body || 'hostname' in body)) ||
        ('triggername' in body && 'triggerstatus' in body) ||
        ('eventname' in body && 'eventid' in body && 'eventseverity' in body)
      );
    },
    read: (written) => {
      const body = plainNames(written);
      const host = say(body, 'hostname', 'host', 'hosthost');
      const isOver =
        say(body, 'eventvalue') === '0' ||
        /^(ok|resolved|recovery)$/i.test(say(body, 'triggerstatus', 'status', 'eventstatus', 'triggervalue') ?? '');
      return {
        identity: [say(body, 'triggerid', 'eventid', 'triggername', 'eventname'), host],
        isOver,
        title: say(body, 'eventname', 'triggername', 'alertsubject', 'subject', 'name')?.replace(
          /^(problem|resolved( in [^:]{1,20})?): /i,
          '',
        ),
        thing: host,
        fact: say(
          body,
          'eventopdata',
          'opdata',
          'itemvalue',
          'itemlastvalue',
          'triggerdescription',
          'alertmessage',
          'message',
        ),
        severity: zabbixSeverity(say(body, 'eventseverity', 'triggerseverity', 'severity')),
        url: say(body, 'eventurl', 'triggerurl', 'url', 'zabbixurl'),
      };
    },
  },
  {
    name: 'zabbix',
    is: (body) =>
      /^(problem|resolved|updated problem)\b[^:]{0,40}:/i.test(text(body.subject) ?? text(body.Subject) ?? '') &&
      /problem id: \d/i.test(text(body.message) ?? text(body.Message) ?? ''),
    read: (body) => {
      const subject = say(body, 'subject', 'Subject') ?? '';
      const message = say(body, 'message', 'Message') ?? '';
      const line = (name: string) => new RegExp(`(?:^|\\n)${name}: ([^\\n\\r]{1,200})`, 'i').exec(message)?.[1];
      return {
        identity: [line('Original problem ID')],
        isOver: /^resolved/i.test(subject),
        title: subject.replace(/^[^:]{1,40}: /, ''),
        thing: line('Host'),
        fact: line('Operational data'),
        severity: zabbixSeverity(line('Severity')),
      };
    },
  },
  {
    name: 'netdata',
    is: (body) =>
      (('alert' in body || 'alarm' in body) &&
        ('chart' in body || 'alert_url' in body || 'space' in body) &&
        'severity' in body) ||
      typeof at(body, 'status.reachable') === 'boolean',
    read: (body) => {
      const host = say(body, 'host', 'node', 'hostname');
      if (typeof at(body, 'status.reachable') === 'boolean')
        return {
          identity: [host, 'reachable'],
          isOver: at(body, 'status.reachable') === true,
          title: sentence(host, say(body, 'status.text') ?? 'unreachable'),
          fact: body.message,
          url: body.url,
        };
      const severity = say(body, 'severity') ?? '';
      return {
        identity: [say(body, 'alert', 'alarm'), say(body, 'chart'), host, say(body, 'space')],
        isOver: /^clear/i.test(severity),
        title: say(body, 'alert', 'alarm'),
        thing: first(host, say(body, 'chart')),
        fact: [say(body, 'info', 'message'), say(body, 'value')].filter((part) => part !== undefined).join(': '),
        severity: severityWord(severity),
        url: body.alert_url ?? body.alarm_url,
        at: body.date,
      };
    },
  },
  {
    name: 'sensu',
    is: (body) =>
      isFields(body.check) &&
      (isFields(body.entity) || isFields(body.client)) &&
      ('status' in fields(body.check) || 'output' in fields(body.check)),
    read: (body) => {
      const host = say(body, 'entity.metadata.name', 'client.name', 'entity.name');
      const check = say(body, 'check.metadata.name', 'check.name');
      const status = say(body, 'check.status');
      return {
        identity: [check, host],
        isOver: status === '0' || say(body, 'action') === 'resolve',
        title: `${check} on ${host}`,
        thing: host,
        fact: say(body, 'check.output'),
        severity: status === '2' ? 'critical' : status === '1' ? 'warning' : undefined,
        at: at(body, 'check.executed') ?? body.timestamp,
      };
    },
  },
];
