/**
 * Words that people who keep systems running use for one thing. An alert that says one is also looked up under the others,
 * at a lower weight. Each line is one meaning; a word may stand in several. Written unstemmed, in lower case; two words
 * joined by a space must stand side by side in the alert.
 */
import { stem } from './stem.ts';

const GROUPS: readonly string[] = [
  // Memory and storage
  'memory, ram, oom, heap, mem',
  'oom, oomkilled, out memory',
  'disk, storage, filesystem, volume, fs, drive',
  'filesystem, partition, mount, root, var',
  'persistent volume, pvc, pv, persistentvolume, persistentvolumeclaim',
  'write, io, iops',
  'iowait, io wait, io, disk busy, await',
  'space, capacity, room',
  'inode, inodes, file',
  'full, filling, fill, exhausted, exhaust, usage, low, run out, running out, almost, utilisation',
  'raid, array, mdadm',

  // Load and speed
  'cpu, processor, core',
  'load, load average, loadavg, run queue',
  'latency, slow, response time, duration, slowness, responsetime, slowly, responding slowly, p95, p99, percentile',
  'long, latency, duration, slow, length',
  'throttling, throttled, throttle, rate limit, ratelimit, limited',
  'high, elevated, excessive, many, large, increased, above, too, over, burst',
  'low, few, insufficient, below, not enough, too little, decreased',
  'utilisation, usage, utilization, used, using, consumption, consumed, consuming',
  'saturated, saturation, overloaded, overload, busy, overcommit',
  'traffic, requests, throughput, request, rps, qps',
  'spike, flood, ddos, attack, storm',
  'queue, backlog, depth, queued',
  'dead letter, dlq, deadletter, dead letter queue, redrive',
  'lag, behind, delay, delayed, stale, late, lagging',
  'replication lag, seconds behind, replication delay, replication behind',
  'freshness, stale, old, outdated, age, out date, older, freshness threshold',
  'spike, surge, anomaly, burst',

  // Failing
  'fail, error, failure, failing, failed, unable, cannot, unsuccessful, broken, fault',
  'fetch, receive, download, retrieve, pull',
  'exception, error, crash, traceback, fatal',
  '5xx, 500, 502, 503, 504, server error, http error, bad gateway, gateway timeout, internal server error',
  '4xx, 400, 401, 403, 404, client error, not found',
  'down, unavailable, offline, absent, disappeared, dead, outage, unreachable, not running, gone, inactive, stopped, not up, not responding',
  'missing, absent, lost, disappeared, not received, not arriving, gone',
  'not running, stopped, inactive, missing, dead, not started',
  'not responding, not answering, unresponsive, unreachable, timeout, no response, no answer',
  'unhealthy, health, healthy, healthcheck, probe, not healthy, degraded, health check',
  'unreachable, connection, connectivity, reachable, ping, disconnected, not connected, packet loss',
  'connect, connection, connected',
  'degraded, impaired, unstable',
  'restart, crashloop, crash loop, crashlooping, restarting, crashloopbackoff, keeps restarting',
  'reboot, restart, rebooted, rebooting, reboot required',
  'crash, crashing, restarting, crashloop, crashlooping',
  'stuck, hung, hang, stalled, blocked, pending, frozen, deadlock, not progressing',
  'timeout, timed out, deadline exceeded, time out',
  'corrupt, corruption, corrupted, inconsistent, inconsistency, mismatch, differ, differs, different, diverged, drift',
  'reject, denied, refused, forbidden, dropped, drop, discarded, rejected',
  'lost, loss, drop, missing',
  'flap, flapping, toggle, unstable, changing, going up down, up down',
  'invalid, bad, malformed, wrong, incorrect, misconfigured',
  'ready, unready, not ready, notready, readiness',
  'schedule, unschedulable, scheduled, scheduling, not enough capacity',
  'rollout, rolled out, progress, not progressing, progressing',
  'read only, readonly',
  'consumer, consumers, subscriber, listener, worker',
  'quorum, insufficient members, lost quorum, no leader',
  'compromise, suspicious, intrusion, unusual, malicious, threat, security',
  'synchronised, sync, synced, synchronise, synchronising, synchronizing, out sync',

  // Things
  'certificate, cert, tls, ssl, x509, https',
  'expire, expiry, expiring, expiration, expired, renew, renewal, about expire, due expire',
  'domain, whois, registrar, registration',
  'kubernetes, k8s, kube',
  'node, host, instance, machine, server, vm, virtual machine',
  'virtual machine, vm, vmi, virtualmachine, virtualmachineinstance',
  'pod, container',
  'hpa, horizontal pod autoscaler, autoscaler, autoscaling, horizontalpodautoscaler',
  'autoscaling, asg, scaling, scale',
  'statefulset, stateful set',
  'daemonset, daemon set',
  'pleg, pod lifecycle event generator',
  'slo, error budget, burn rate, budget',
  'load balancer, loadbalancer, balancer',
  'target group, backend, upstream, origin, target',
  'postgres, postgresql, pg, psql',
  'replication, replica, standby, secondary, slave, follower, replicated',
  'replica set, replicaset',
  'leader, primary, master',
  'elasticsearch, opensearch, elastic, es',
  'message, event, record',
  'sample, metric, event',
  'rabbitmq, amqp, rabbit',
  'unassigned, missing shards, unassigned shards',
  'dns, route53, resolve, nameserver, lookup, resolution, resolver',
  'network, interface, nic, packet, eth, eth0, link',
  'receive, rx, inbound, ingress, incoming',
  'transmit, tx, outbound, egress, outgoing, send',
  'clock, time, skew, drift, offset, ntp',
  'ntp, chrony, timesync, timesyncd, time server, ntpd',
  'backup, snapshot, dump, backed up',
  'sync, copy, mirror, restore, import',
  'job, cron, cronjob, task, scheduled, batch',
  'test, tests, smoke, smoke test, end end, canary, synthetic, probe',
  'build, pipeline, ci, jenkins job',
  'deploy, deployment, rollout, release, deployed',
  'config, configuration, settings, configure, configured, reconfigure',
  'login, authentication, auth, sign, signin, signon, sign on, password, logon, sso, single sign',
  'credential, secret, access key, key, token',
  'authentication, oauth, oidc, token',
  'log, logging, logs, syslog',
  'monitor, monitoring, metrics, scrape, exporter',
  'exporter, target, scrape',
  'mail, email, smtp, mailq, mail queue, mailer, mail server',
  'user, account, people',
  'website, site, page, frontend, web, homepage',
  'lambda, function, serverless',
  's3, bucket, object storage',
  'publish, publishing, publisher',
  'index, search, indexing',
  'upgrade, update, version, updated, upgrading',
  'reload, refresh, reloading',
  'reconcile, reconciliation, sync',
  'api, apiserver, api server',
  'tsdb, blocks, block',
  'swap, swapping, paging',
  'thread, process, worker, daemon',
  'file descriptor, fd, open files, open file, descriptors, filedescriptor, file handles, ulimit',
  'conntrack, connection tracking, nf conntrack, connection track',
  'zone, az, availability zone',
  'delete, remove, removed, deletion, cleanup, prune',
  'quota, limit, allowance, max, maximum',
  'max, maxed, maximum, maxed out, limit',
  'terminate, kill, killed, terminated, evict, eviction, evicted',
  'firewall, waf, security group, blocked, iptables',
  'antivirus, malware, virus, anti virus, signature, virus definition',
  'cost, budget, billing, spend, bill',
  'power, battery, ups, psu, power supply',
  'temperature, temp, thermal, fan, overheating, sensor, cooling',
  'hardware, physical, chassis, ipmi, smart, drive',
  'update, updates, patch, patches, upgrade, security update, outstanding updates',
  'package, apt, yum, rpm, dpkg',
  'maximum, max capacity, upper limit, at max',
  'licence, license, licensing, entitlement',
  'tunnel, ipsec, vpn, wireguard',
  'sealed, seal, unseal',
  'payment, checkout, card, transaction, purchase',
];

/**
 * A kind and things of that kind. An alert that says the kind may mean any of them, and a thing is also looked up under its
 * kind; but one thing is never looked up under another: a PostgreSQL alert is not for the MySQL runbook.
 */
const KINDS: readonly string[] = [
  'database: rds, postgres, mysql, mariadb, sql, aurora, mongo, mongodb, cassandra, dynamodb, oracle, cockroachdb, cosmosdb',
  'queue: sqs, rabbitmq, kafka, sidekiq, resque, celery, beanstalk, servicebus, activemq',
  'message queue: rabbitmq, activemq, sqs, kafka, nats',
  'broker: kafka, rabbitmq, activemq, mosquitto',
  'worker: sidekiq, resque, celery, unicorn, puma, gunicorn, delayed job',
  'cache: redis, memcached, elasticache, varnish, cdn',
  'load balancer: alb, elb, nlb, haproxy, application elb, application gateway, ingress',
  'kubernetes: eks, aks, gke, openshift, kubelet, kubectl',
  'search: elasticsearch, opensearch, solr',
  'log: fluentd, fluentbit, loki, filebeat, logstash, kibana, elk, splunk, rsyslog, cloudwatch logs',
  'mail: postfix, exim, sendmail, ses, mailgun, sendgrid',
  'certificate: acm, letsencrypt, certbot, cert manager',
  'monitoring: prometheus, graphite, nagios, icinga, sensu, collectd, carbon, zabbix, datadog, statsd, grafana',
  'web server: nginx, apache, httpd, varnish, caddy, iis',
  'proxy: nginx, haproxy, varnish, envoy, squid, traefik',
  'application: unicorn, puma, gunicorn, passenger, tomcat, php fpm, rails, django',
  'app: unicorn, puma, gunicorn, passenger, tomcat, rails',
  'cdn: fastly, cloudfront, cloudflare, akamai, edge, front door',
  'vpn: ipsec, wireguard, openvpn, tunnel',
  'ci: jenkins, gitlab runner, github actions, buildkite, concourse, circleci',
  'host: ec2, kvm, hypervisor, esxi',
  'container: docker, containerd, podman, cri',
  'backup: duplicity, restic, velero, borg, barman, bacula, mysqldump, pg dump',
  'firewall: waf, iptables, nftables',
  'antivirus: clamav, freshclam, defender',
  'security: guardduty, fail2ban, wazuh, ossec, falco, inspector',
  'configuration management: puppet, chef, ansible, salt, cfengine',
  'puppet: catalogue, manifest',
  'storage: ebs, efs, s3, nfs, ceph, glusterfs, san, gluster, longhorn',
  'instance: ec2',
  'function: lambda',
  'autoscaling: hpa, asg, karpenter, cluster autoscaler',
];

/** Spellings and short forms that are simply the same word, at full weight. */
const SAME: Readonly<Record<string, string>> = {
  utilization: 'utilisation',
  synchronizing: 'synchronising',
  synchronized: 'synchronised',
  synchronization: 'synchronisation',
  synchronize: 'synchronise',
  config: 'configuration',
  configs: 'configuration',
  cert: 'certificate',
  certs: 'certificate',
  db: 'database',
  auth: 'authentication',
  k8s: 'kubernetes',
  kube: 'kubernetes',
  postgresql: 'postgres',
  expiry: 'expire',
  failure: 'fail',
  mem: 'memory',
  err: 'error',
  errs: 'error',
  req: 'request',
  reqs: 'request',
  msg: 'message',
  util: 'utilisation',
  num: 'number',
  avg: 'average',
  ns: 'namespace',
  svc: 'service',
  repl: 'replication',
  eval: 'evaluation',
  conn: 'connection',
  conns: 'connection',
  perf: 'performance',
  cfg: 'configuration',
  dir: 'directory',
  pkg: 'package',
};

/**
 * Words that fit most runbooks: how bad it is, that something is or is not. They tell two runbooks of one thing apart, and
 * must not outweigh the name of a thing.
 */
export const LITTLE_WORDS: ReadonlySet<string> = new Set(
  (
    'not no running run check critical warning alert alarm high low too many up down fail failed failing failure error errors ' +
    'rate ok unknown status state above below than more less over under number count expected lower higher reached current ' +
    'problem issue service system value threshold exceeded last minute hour second day seconds minutes hours days out ' +
    'unavailable missing all any some needs required been received due cannot unable unusually lost'
  )
    .split(' ')
    .map((word) => stem(spellingOf(word))),
);

/** Kinds of things and things: what a page can be about, as against what can be wrong with it. Stemmed. */
export const THINGS: ReadonlySet<string> = new Set(KINDS.flatMap((written) => written.split(/: |, /)).map(termOf));

const RELATED = relate();

/** @returns the usual spelling of a word, in lower case, not stemmed */
export function spellingOf(word: string): string {
  return Object.hasOwn(SAME, word) ? SAME[word]! : word;
}

/** @param term stemmed; of two words, both stems joined */
export function synonymsOf(term: string): Iterable<string> {
  return RELATED.get(term) ?? [];
}

function relate(): Map<string, Set<string>> {
  const related = new Map<string, Set<string>>();
  const add = (term: string, others: string[]) => {
    const known = related.get(term) ?? new Set();
    for (const other of others) if (other !== term) known.add(other);
    related.set(term, known);
  };
  for (const group of GROUPS) {
    const terms = group.split(', ').map(termOf);
    for (const term of terms) add(term, terms);
  }
  for (const written of KINDS) {
    const [kind, things] = written.split(': ') as [string, string];
    const terms = things.split(', ').map(termOf);
    add(termOf(kind), terms);
    for (const term of terms) add(term, [termOf(kind)]);
  }
  return related;
}

function termOf(entry: string): string {
  return entry
    .split(' ')
    .map((word) => stem(spellingOf(word)))
    .join('');
}
