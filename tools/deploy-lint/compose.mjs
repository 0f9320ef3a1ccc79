// deploy/compose.yaml against the Compose specification's schema, and its references.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import Ajv from 'ajv';
import { readYaml } from './yaml.mjs';

export function checkCompose(findings, root, tools) {
  const file = 'deploy/compose.yaml';
  const [compose] = readYaml(findings, join(root, file), file, { merge: true });
  if (!compose) return 'nothing';

  const schema = JSON.parse(readFileSync(join(tools, 'node_modules/dclint/schemas/compose.schema.json'), 'utf8'));
  // It names its dialect by an address that ajv doesn't know; it's draft 7.
  delete schema.$schema;
  const valid = new Ajv({ allErrors: true, strict: false, validateFormats: false, logger: false }).compile(schema);
  if (!valid(compose)) {
    for (const error of valid.errors) {
      findings.error(`${file}${error.instancePath}`, `${error.message}${error.params.additionalProperty ? `: ${error.params.additionalProperty}` : ''}`);
    }
  }

  const services = Object.entries(compose.services ?? {});
  const folder = dirname(join(root, file));
  for (const [name, service] of services) {
    const where = `${file}: ${name}`;
    const known = (kind, key) => {
      if (!Object.hasOwn(compose[kind] ?? {}, key)) findings.error(where, `${kind} has no "${key}"`);
    };
    for (const other of Object.keys(service.depends_on ?? {})) known('services', other);
    for (const network of Array.isArray(service.networks) ? service.networks : Object.keys(service.networks ?? {})) known('networks', network);
    for (const volume of service.volumes ?? []) {
      const source = String(volume).split(':')[0];
      if (!/^[./]/.test(source)) known('volumes', source);
      else if (!existsSync(resolve(folder, source))) findings.error(where, `${source} isn't there`);
    }
    if (service.build) {
      const context = resolve(folder, service.build.context);
      const dockerfile = join(context, service.build.dockerfile);
      if (context !== resolve(root)) findings.error(where, `the build context is ${context}, not the repository's root`);
      if (!existsSync(dockerfile)) findings.error(where, `${dockerfile} isn't there`);
      else if (!new RegExp(`^FROM .* AS ${service.build.target}$`, 'm').test(readFileSync(dockerfile, 'utf8'))) findings.error(where, `the Dockerfile has no stage "${service.build.target}"`);
    }
    if (!service.read_only) findings.error(where, 'read_only is not set');
    if (!service.cap_drop?.includes('ALL')) findings.error(where, 'cap_drop has no ALL');
    if (!service.security_opt?.includes('no-new-privileges:true')) findings.error(where, 'security_opt has no no-new-privileges:true');
    if (!service.deploy?.resources?.limits?.memory) findings.error(where, 'there is no limit on memory');
    if (!service.build && !service.user) findings.error(where, 'there is no user: an image of others may run as root');
    for (const port of service.ports ?? []) {
      if (!String(port).startsWith('${RECSYS_PUBLISH:-127.0.0.1}:')) findings.error(where, `port ${port} is published beyond this machine`);
    }
  }

  return `${services.length} services`;
}
