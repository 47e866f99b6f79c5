/** `npm run docs`: writes docs/api from the declarations that TypeScript sees. */

import fs from 'node:fs';
import path from 'node:path';

import { readDeclarations } from './docs/declarations.mjs';
import { pages } from './docs/pages.mjs';
import { root } from './lib/project.mjs';
import { isProgram, main } from './lib/run.mjs';

export const FOLDER = 'docs/api';

/** @returns {Map<string, string>} Of every page its file name and text. */
export function generate() {
  return pages(readDeclarations(root));
}

function write(texts) {
  const folder = path.join(root, FOLDER);

  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  texts.forEach((text, name) =>
    fs.writeFileSync(path.join(folder, name), text),
  );
}

if (isProgram(import.meta.url)) {
  await main(() => {
    const texts = generate();

    write(texts);
    console.log(`${texts.size} pages in ${FOLDER}`);
  });
}
