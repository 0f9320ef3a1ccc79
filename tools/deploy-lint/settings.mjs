// Every RECSYS_ variable that deploy/ sets is one that the server reads.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

// Not settings of `recsys serve`: deploy/compose.yaml's own, and those of client commands (README.md, Commands/ConnectionOptions.cs).
const others = new Set(['RECSYS_TAG', 'RECSYS_PUBLISH', 'RECSYS_API_KEY', 'RECSYS_SERVER']);
const store = /^RECSYS_(REDIS(_|$)|DURABILITY$)/;

function* files(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* files(path);
    else yield path;
  }
}

export function checkSettings(findings, root) {
  const documented = new Set(readFileSync(join(root, 'docs/configuration.md'), 'utf8').match(/RECSYS_[A-Z_]+/g));
  const used = new Map();
  for (const path of files(join(root, 'deploy'))) {
    for (const name of readFileSync(path, 'utf8').match(/RECSYS_[A-Z_]*[A-Z]/g) ?? []) used.set(name, relative(root, path));
  }

  // As long as the server knows no Redis at all, its settings are names agreed on beforehand.
  const ahead = !documented.has('RECSYS_REDIS');
  let unchecked = 0;
  for (const [name, path] of used) {
    if (documented.has(name) || others.has(name)) continue;
    if (ahead && store.test(name)) unchecked++;
    else findings.error(path, `${name} is no setting of docs/configuration.md`);
  }

  return `${used.size} variables${unchecked > 0 ? `, of which ${unchecked} of a Redis store aren't in docs/configuration.md yet: NOT CHECKED` : ''}`;
}
