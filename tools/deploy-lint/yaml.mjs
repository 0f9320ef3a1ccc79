// YAML as strictly as it's read by what it's for: a key twice, or a tab, is an error.
import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';

/** The documents of a file, without empty ones. */
export function readYaml(findings, path, where, options = {}) {
  return parseYaml(findings, readFileSync(path, 'utf8'), where, options);
}

/** The documents of a text, without empty ones. */
export function parseYaml(findings, text, where, options = {}) {
  const values = [];
  for (const document of parseAllDocuments(text, { uniqueKeys: true, strict: true, ...options })) {
    for (const problem of [...document.errors, ...document.warnings]) findings.error(where, problem.message.split('\n')[0]);
    if (document.errors.length === 0 && document.contents !== null) values.push(document.toJS());
  }
  return values;
}
