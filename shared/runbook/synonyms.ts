/**
 * Words that people who keep systems running use for one thing. An alert that says one is also looked up under the others,
 * at a lower weight. Each line is one meaning; a word may stand in several. Written unstemmed, in lower case; two words
 * joined by a space must stand side by side in the alert.
 */
import { stem } from './stem.ts';

const GROUPS: readonly string[] = [
  // Memory and storage
  'memory, ram, oom, heap, swap, mem',
  'oom, oomkilled, out memory',
  'disk, storage, filesystem, volume, partition, fs, mount, ebs, drive',
  'persistent volume, pvc, pv, persistentvolume, persistentvolumeclaim',
  'space, capacity, room',
  'inode, file',
  'full, filling, fill, exhausted, exhaust, usage, low, run out, running out, almost, utilisation',
  'raid, array, mdadm',

  // Load and speed
  'cpu, processor, core, load',
  'latency, slow, response time, duration, delay, slowness, responsetime, lag, long',
  'throttling, throttled, throttle, rate limit, ratelimit, limited',
  'high, elevated, excessive, many, large, increased, above, too, over, burst',
  'low, few, insufficient, below, not enough, too little, decreased',
  'utilisation, usage, utilization, used, using, consumption, consumed, consuming',
  'saturated, saturation, overloaded, overload, busy, overcommit',
  'traffic, requests, throughput, request, rps, qps',
  'queue, backlog, depth, pending, sqs, queued',
  'lag, behind, delay, delayed, stale, late',
  'freshness, stale, old, outdated, age, out date',
  'spike, surge, anomaly, burst',

  // Failing
  'fail, error, failure, failing, failed, unable, cannot, unsuccessful, broken',
  'exception, error, crash, traceback, fatal',
  '5xx, 500, 502, 503, 504, server error, http error',
  '4xx, 400, 401, 403, 404, client error',
  'down, unavailable, offline, absent, disappeared, dead, outage, missing, unreachable, not running, gone, inactive, stopped, not up, up',
  'unhealthy, health, healthy, healthcheck, probe, not healthy, degraded, health check',
  'unreachable, connect, connection, connectivity, reachable, ping, disconnected, not connected',
  'degraded, impaired, unstable',
  'restart, crashloop, crash loop, crashlooping, restarting, reboot, rebooted, loop',
  'stuck, hung, hang, stalled, blocked, pending, frozen, deadlock, not progressing',
  'timeout, timed out, deadline exceeded, time out',
  'corrupt, corruption, corrupted, inconsistent, inconsistency, mismatch, differ, differs, different, diverged, drift',
  'reject, denied, refused, forbidden, dropped, drop, discarded, rejected',
  'lost, loss, drop, missing',
  'flap, flapping, toggle, unstable, changing',
  'invalid, bad, malformed, wrong, incorrect, misconfigured',
  'ready, unready, not ready, notready, readiness',
  'synchronised, sync, synced, synchronise, synchronising, synchronizing, out sync',

  // Things
  'certificate, cert, tls, ssl, x509, https, acm',
  'expire, expiry, expiring, expiration, expired, renew, renewal',
  'kubernetes, k8s, kube, eks, aks, gke',
  'node, host, instance, machine, server, vm, ec2, virtual machine',
  'virtual machine, vm, vmi, virtualmachine, virtualmachineinstance',
  'pod, container',
  'hpa, horizontal pod autoscaler, autoscaler, autoscaling, horizontalpodautoscaler',
  'autoscaling, asg, scaling, scale',
  'statefulset, stateful set',
  'daemonset, daemon set',
  'pleg, pod lifecycle event generator',
  'slo, error budget, burn rate, budget',
  'load balancer, alb, elb, nlb, loadbalancer, application elb',
  'database, db, rds, postgres, postgresql, mysql, mariadb, sql, aurora',
  'postgres, postgresql, pg, psql',
  'replication, replica, standby, secondary, slave, follower',
  'leader, primary, master',
  'elasticsearch, opensearch, elastic',
  'message, sample, event, record',
  'rabbitmq, amqp, message queue, broker',
  'cache, redis, memcached, elasticache',
  'dns, route53, resolve, nameserver, lookup, coredns',
  'network, interface, nic, packet, eth',
  'receive, rx, inbound, ingress, incoming',
  'transmit, tx, outbound, egress, outgoing, send',
  'clock, time, ntp, chrony, skew, timesync',
  'backup, snapshot, dump, restore',
  'job, cron, cronjob, task, scheduled, batch',
  'deploy, deployment, rollout, release, deployed',
  'config, configuration, settings, configure, configured, reconfigure',
  'login, authentication, auth, sign in, signin, credential, password',
  'authentication, oauth, oidc, sso, token',
  'log, logging, logs, syslog, fluentd, loki',
  'monitor, monitoring, prometheus, metrics, scrape, exporter',
  'mail, email, smtp, ses, mailgun',
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
  'reboot, restart, required reboot',
  'swap, swapping, paging',
  'thread, process, worker, daemon',
  'file descriptor, fd, open files, descriptors, filedescriptor',
  'conntrack, connection tracking, nf conntrack',
  'zone, region, az, availability zone',
  'delete, remove, removed, deletion, cleanup, prune',
  'quota, limit, allowance, max, maximum',
  'max, maxed, maximum, maxed out, limit',
  'terminate, kill, killed, terminated, evict, eviction, evicted',
  'firewall, waf, security group, blocked',
  'secret, key, credential, password',
  'antivirus, malware, clamav, virus',
  'guardduty, security, intrusion, threat',
  'cost, budget, billing, spend',
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
};

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
  for (const group of GROUPS) {
    const terms = group.split(', ').map((entry) =>
      entry
        .split(' ')
        .map((word) => stem(spellingOf(word)))
        .join(''),
    );
    for (const term of terms) {
      const others = related.get(term) ?? new Set();
      for (const other of terms) if (other !== term) others.add(other);
      related.set(term, others);
    }
  }
  return related;
}
