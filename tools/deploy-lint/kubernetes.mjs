// Manifests against the types of the Kubernetes API: a field that doesn't exist, a missing one, a wrong kind of value.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const options = {
  noEmit: true,
  strict: true,
  skipLibCheck: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  types: [],
};

/** @param manifests objects {where, manifest} */
export function checkTypes(findings, tools, manifests) {
  // The compiler finds kubernetes-models in node_modules above.
  const folder = join(tools, '.generated');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const files = new Map();
  manifests.forEach(({ where, manifest }, index) => {
    const path = join(folder, `manifest-${index}.ts`);
    const type = `I${manifest.kind}`;
    writeFileSync(path, `import type { ${type} } from "kubernetes-models/${manifest.apiVersion}";\nexport const manifest: ${type} = ${JSON.stringify(manifest, null, 1)};\n`);
    files.set(path, where);
  });
  const program = ts.createProgram([...files.keys()], options);
  for (const found of ts.getPreEmitDiagnostics(program)) {
    const message = ts.flattenDiagnosticMessageText(found.messageText, ' ').split('. ')[0];
    if (!found.file) {
      findings.error('types', message);
      continue;
    }
    const { line } = found.file.getLineAndCharacterOfPosition(found.start);
    findings.error(files.get(found.file.fileName) ?? found.file.fileName, `${found.file.text.split('\n')[line].trim()} ${message}`);
  }
}
