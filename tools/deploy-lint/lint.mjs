// Run by deploy/lint: everything below deploy/ that can be checked without a container engine and a cluster.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkChart, checkManifests } from './chart.mjs';
import { checkCompose } from './compose.mjs';
import { checkDockerfile } from './dockerfile.mjs';
import { Findings } from './findings.mjs';
import { checkSettings } from './settings.mjs';

const tools = dirname(fileURLToPath(import.meta.url));
const root = join(tools, '../..');
const scripts = ['deploy/check', 'deploy/check-inside', 'deploy/lint', 'deploy/image/recsys-health', 'deploy/image/recsys-await-key'];
const findings = new Findings();
let releases = [];

await findings.check('Dockerfile', () => checkDockerfile(findings, root));
await findings.check('compose.yaml against the Compose schema', () => checkCompose(findings, root, tools));
await findings.check('chart, by helm lint --strict and helm template', () => {
  const chart = checkChart(findings, root, tools);
  releases = chart.releases;
  return `${releases.length} sets of values, ${execFileSync(chart.helm, ['version', '--short'], { encoding: 'utf8' }).trim()}`;
});
await findings.check('rendered manifests against the types of the Kubernetes API and each other', () => `${checkManifests(findings, tools, releases)} manifests`);
await findings.check('settings', () => checkSettings(findings, root));
await findings.check('scripts', () => {
  for (const script of scripts) {
    const shell = readFileSync(join(root, script), 'utf8').startsWith('#!/bin/sh') ? 'sh' : 'bash';
    try {
      execFileSync(shell, ['-n', join(root, script)], { stdio: 'pipe' });
    } catch (error) {
      findings.error(script, String(error.stderr).trim());
    }
  }
  return `${scripts.length} files`;
});

console.log(findings.count === 0 ? 'deploy/lint: no errors' : `deploy/lint: ${findings.count} errors`);
process.exitCode = findings.count === 0 ? 0 : 1;
