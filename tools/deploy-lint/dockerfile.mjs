// deploy/Dockerfile: its syntax, and what only an engine would notice at build time otherwise.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DockerfileParser } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';

const severityWarning = 2;

export function checkDockerfile(findings, root) {
  const file = 'deploy/Dockerfile';
  const text = readFileSync(join(root, file), 'utf8');
  const at = (range) => `${file}:${range.start.line + 1}`;
  for (const found of validate(text)) {
    if (found.severity <= severityWarning) findings.error(at(found.range), found.message);
  }

  const ignored = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n');
  const kept = ignored.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
  const inContext = (path) => kept.some((name) => path === name || path.startsWith(`${name}/`));
  const instructions = DockerfileParser.parse(text).getInstructions();
  const stages = new Map();
  let stage;
  for (const instruction of instructions) {
    const keyword = instruction.getKeyword();
    if (keyword === 'FROM') {
      const base = instruction.getImage();
      stage = { name: instruction.getBuildStage(), user: stages.get(base)?.user, entry: stages.get(base)?.entry, base };
      stages.set(stage.name, stage);
    } else if (keyword === 'USER') {
      stage.user = instruction.getArgumentsContent();
    } else if (keyword === 'ENTRYPOINT') {
      stage.entry = instruction.getArgumentsContent();
    } else if (keyword === 'COPY') {
      const from = instruction.getFlags().find((flag) => flag.getName() === 'from')?.getValue();
      if (from !== undefined && (!stages.has(from) || from === stage.name)) findings.error(at(instruction.getRange()), `COPY --from=${from}: no earlier stage has this name`);
      if (from === undefined) {
        for (const source of instruction.getArguments().slice(0, -1).map((argument) => argument.getValue())) {
          if (!existsSync(join(root, source))) findings.error(at(instruction.getRange()), `COPY ${source}: isn't there`);
          else if (!inContext(source)) findings.error(at(instruction.getRange()), `COPY ${source}: .dockerignore keeps it out`);
        }
      }
    }
  }

  for (const target of ['server', 'full']) {
    const image = stages.get(target);
    if (!image) findings.error(file, `there is no stage "${target}"`);
    else if (!image.user || /^(root|0)\b/.test(image.user)) findings.error(file, `the stage "${target}" runs as root`);
    else if (!image.entry?.startsWith('[')) findings.error(file, `the stage "${target}" has no ENTRYPOINT in JSON form: a shell would take its signals`);
  }

  return `${instructions.length} instructions, ${stages.size} stages`;
}
