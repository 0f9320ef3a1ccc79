// What one release's manifests promise each other, and what this project promises of each pod.
const isSubset = (part, whole) => Object.entries(part ?? {}).every(([key, value]) => whole?.[key] === value);

/** @param release {name, manifests} */
export function checkRelease(findings, { name, manifests }) {
  const of = (kind) => manifests.filter((manifest) => manifest.kind === kind);
  const workloads = [...of('Deployment'), ...of('StatefulSet')];
  if (workloads.length !== 1) findings.error(name, `has ${workloads.length} workloads`);
  for (const workload of workloads) {
    checkPod(findings, `${name}: ${workload.kind}`, workload.spec.template.spec, workload.spec.volumeClaimTemplates);
    checkServer(findings, `${name}: ${workload.kind}`, workload);
    checkSelectors(findings, name, manifests, workload);
  }
  for (const pod of of('Pod')) checkPod(findings, `${name}: Pod ${pod.metadata.name}`, pod.spec);
}

function checkSelectors(findings, name, manifests, workload) {
  const labels = workload.spec.template.metadata.labels;
  const container = workload.spec.template.spec.containers[0];
  const ports = new Set(container.ports.map((port) => port.name));
  for (const manifest of manifests) {
    const where = `${name}: ${manifest.kind} ${manifest.metadata.name}`;
    const { spec } = manifest;
    const selector = { Service: spec?.selector, PodDisruptionBudget: spec?.selector?.matchLabels, NetworkPolicy: spec?.podSelector?.matchLabels }[manifest.kind];
    if (selector !== undefined && (Object.keys(selector).length === 0 || !isSubset(selector, labels))) findings.error(where, 'its selector matches no pod');
    const named = manifest.kind === 'Service' ? spec.ports.map((port) => port.targetPort)
      : manifest.kind === 'NetworkPolicy' ? spec.ingress.flatMap((rule) => rule.ports.map((port) => port.port)) : [];
    for (const port of named) if (!ports.has(port)) findings.error(where, `no container has the port "${port}"`);
    if (manifest.kind === 'HorizontalPodAutoscaler') {
      const target = spec.scaleTargetRef;
      if (target.kind !== workload.kind || target.name !== workload.metadata.name) findings.error(where, `scales ${target.kind} ${target.name}, which isn't there`);
      if (workload.spec.replicas !== undefined) findings.error(where, 'and the workload both say how many replicas there are');
    }
    if (manifest.metadata.namespace !== 'games') findings.error(where, "isn't in the release's namespace");
  }
  if (!isSubset(workload.spec.selector.matchLabels, labels)) findings.error(name, "the workload's selector doesn't match its own pods");
  if (workload.kind === 'StatefulSet') {
    if (workload.spec.replicas !== 1) findings.error(name, 'a store in a file has one replica');
    if (!manifests.some((other) => other.kind === 'Service' && other.metadata.name === workload.spec.serviceName)) findings.error(name, `there's no Service ${workload.spec.serviceName}`);
  }
}

function checkPod(findings, where, pod, claims = []) {
  const security = pod.securityContext ?? {};
  if (security.runAsNonRoot !== true || !(security.runAsUser > 0)) findings.error(where, 'may run as root');
  if (security.seccompProfile?.type !== 'RuntimeDefault') findings.error(where, 'has no seccomp profile');
  if (pod.automountServiceAccountToken !== false) findings.error(where, 'is given a token for the Kubernetes API');
  const volumes = new Set([...(pod.volumes ?? []), ...claims.map((claim) => claim.metadata)].map((volume) => volume.name));
  for (const container of [...(pod.initContainers ?? []), ...pod.containers]) {
    const at = `${where}, container ${container.name}`;
    const { readOnlyRootFilesystem, allowPrivilegeEscalation, capabilities } = container.securityContext ?? {};
    if (readOnlyRootFilesystem !== true) findings.error(at, 'has a root file system that can be written');
    if (allowPrivilegeEscalation !== false) findings.error(at, 'may gain privileges');
    if (!capabilities?.drop?.includes('ALL')) findings.error(at, 'keeps capabilities');
    for (const kind of ['requests', 'limits']) {
      if (!container.resources?.[kind]?.cpu || !container.resources[kind].memory) findings.error(at, `has no ${kind} of cpu and memory`);
    }
    for (const mount of container.volumeMounts ?? []) if (!volumes.has(mount.name)) findings.error(at, `mounts "${mount.name}", which is no volume`);
  }
}

function checkServer(findings, where, workload) {
  const pod = workload.spec.template.spec;
  const [server] = pod.containers;
  const ports = new Set(server.ports.map((port) => port.name));
  for (const kind of ['startupProbe', 'readinessProbe', 'livenessProbe']) {
    const port = server[kind]?.httpGet?.port;
    if (!ports.has(port)) findings.error(where, `${kind} asks the port "${port}", which isn't there`);
  }
  if (server.readinessProbe?.httpGet?.path !== '/readyz') findings.error(where, "readiness doesn't ask whether there are lists");
  if (server.livenessProbe?.httpGet?.path === '/healthz') findings.error(where, 'liveness asks the store: a store that is down would have every pod restarted');
  const setting = (name) => server.env.find((variable) => variable.name === name)?.value;
  const sleeps = Number(server.lifecycle?.preStop?.exec?.command?.[1] ?? 0);
  const needs = sleeps + Number(setting('RECSYS_SHUTDOWN_SECONDS'));
  if (!(pod.terminationGracePeriodSeconds > needs)) findings.error(where, `is killed after ${pod.terminationGracePeriodSeconds} s, and a stop takes up to ${needs} s`);
  const names = server.env.map((variable) => variable.name);
  for (const twice of names.filter((variable, index) => names.indexOf(variable) !== index)) findings.error(where, `sets ${twice} twice`);
}
