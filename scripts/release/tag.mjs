/** Git tag of a release: `npm run release -- --publish` makes it on HEAD, with the release notes as its message. */

import { Failure } from '../lib/run.mjs';
import { git } from './tree.mjs';

/** Sees to it that the version's tag is on HEAD; it is not pushed. */
export function tag(root, version, notes) {
  const name = `v${version}`;
  const head = git(root, 'rev-parse', 'HEAD');

  if (git(root, 'tag', '--list', name) === '') {
    git(root, 'tag', '--annotate', name, '--cleanup=verbatim', '-m', notes);
  }
  if (git(root, 'rev-parse', `${name}^{commit}`) !== head) {
    throw new Failure(
      `tag ${name} is on another commit than the one that is released`,
    );
  }

  return name;
}
