/**
 * Steps of `npm test` in the order in which they run: those that fail soonest come first. `scripts/test.mjs`
 * runs them; tests of documents and workflows check the names that those use.
 *
 * `needs` names what must be set up (setup.mjs); without it, all that running the package takes. `count`
 * finds the numbers of tests in a step's output, whose sum is shown in the summary.
 *
 * Steps of different `lane`s run side by side: most of them are one process that waits for another. Two of
 * mediasoup's own suites would choose each other's ports, so that they share a lane; what measures time, or
 * keeps all CPUs busy by itself, has none and runs alone.
 */

import { WITH_SERVER } from './setup.mjs';

const NODE_TESTS = /^(?:ℹ|#) pass (\d+)$/gm;
const JEST_TESTS = /^Tests: .*?(\d+) passed/gm;
const CARGO_TESTS = /^test result: ok\. (\d+) passed/gm;

export const steps = [
  {
    name: 'rust-format',
    about: 'rustfmt leaves nothing to do',
    needs: [],
    command:
      'cargo fmt --all --check && cargo fmt --manifest-path native/worker/Cargo.toml --check && ' +
      'cargo fmt --manifest-path benches/load/Cargo.toml --check',
  },
  {
    name: 'rust-lint',
    about: 'clippy, pedantic, without a warning',
    needs: [],
    command:
      'cargo clippy --workspace --all-targets --locked --quiet -- -D warnings && ' +
      'cargo clippy --manifest-path benches/load/Cargo.toml --target-dir "${CARGO_TARGET_DIR:-target}" --all-targets --locked --quiet -- -D warnings',
  },
  {
    name: 'rust-test',
    about: 'unit, property and table tests of the crates',
    needs: [],
    command:
      'cargo test --workspace --locked --quiet && ' +
      'cargo test --manifest-path benches/load/Cargo.toml --target-dir "${CARGO_TARGET_DIR:-target}" --locked --quiet',
    count: CARGO_TESTS,
  },
  {
    name: 'dependencies',
    lane: 'checks',
    about: 'licences, sources and names, as deny.toml wants them',
    needs: [],
    command: 'python3 scripts/check-dependencies.py',
  },
  {
    name: 'js-lint',
    lane: 'checks',
    about: 'eslint',
    needs: ['modules'],
    command: 'eslint .',
  },
  {
    name: 'js-format',
    lane: 'checks',
    about: 'prettier leaves nothing to do',
    needs: ['modules'],
    command: 'prettier --check --log-level warn .',
  },
  {
    name: 'types',
    lane: 'checks',
    about: "our types and npm mediasoup's can stand in for each other",
    command: 'node --test __test__/types/*.test.*',
    count: NODE_TESTS,
  },
  {
    name: 'unit',
    lane: 'checks',
    about: 'JavaScript unit tests',
    command: 'node --test __test__/unit/*.test.*',
    count: NODE_TESTS,
  },
  {
    name: 'docs',
    lane: 'checks',
    about:
      'documents: code blocks run or type-checked, links, the API reference',
    needs: WITH_SERVER,
    command: 'node --test __test__/docs/*.test.*',
    count: NODE_TESTS,
  },
  {
    name: 'protocol',
    lane: 'checks',
    about: 'a second client, written from docs/PROTOCOL.md alone',
    needs: WITH_SERVER,
    command: 'node --test __test__/support/*.test.* __test__/protocol/*.test.*',
    count: NODE_TESTS,
  },
  {
    name: 'porting',
    lane: 'checks',
    about:
      'applications of each style of import on the alias; `port` and `doctor`',
    needs: WITH_SERVER,
    command: 'node --test --test-concurrency 1 __test__/porting/*.test.*',
    count: NODE_TESTS,
  },
  {
    name: 'upstream-npm',
    lane: 'suites',
    about: "mediasoup's own tests, npm's JavaScript on our worker",
    needs: ['modules', 'worker'],
    command: 'node __test__/upstream/run.mjs npm',
    count: JEST_TESTS,
  },
  {
    name: 'upstream-ours',
    lane: 'suites',
    about: "mediasoup's own tests on this package",
    command: 'node __test__/upstream/run.mjs ours',
    count: JEST_TESTS,
  },
  {
    name: 'differential',
    lane: 'suites',
    about: "one script on npm's JavaScript and on ours, compared",
    command: 'node __test__/differential/run.mjs',
  },
  {
    name: 'upstream-remote',
    lane: 'suites',
    about: "mediasoup's own tests with Workers on a server, over TLS",
    needs: WITH_SERVER,
    command: 'node __test__/upstream/run.mjs ours --remote',
    count: JEST_TESTS,
  },
  {
    name: 'differential-remote',
    lane: 'suites',
    about: "the same with our Workers on a server, npm's here",
    needs: WITH_SERVER,
    command: 'node __test__/differential/run.mjs --remote',
  },
  {
    name: 'media',
    lane: 'suites',
    about:
      'packets in batches: whole and in order, whatever the kernel refuses',
    command: 'node --test __test__/media/*.test.*',
    count: NODE_TESTS,
  },
  {
    name: 'vertical',
    lane: 'suites',
    about: 'logical Workers of several processes, here and on a server',
    needs: WITH_SERVER,
    command: 'node --test __test__/vertical/*.test.*',
    count: NODE_TESTS,
  },
  {
    name: 'upstream-vertical',
    lane: 'suites',
    about: "mediasoup's own tests, their transports in several processes",
    command:
      'node __test__/upstream/run.mjs ours --realm single --vertical maxWorkers=3,placement=spread',
    count: JEST_TESTS,
  },
  {
    name: 'differential-vertical',
    lane: 'suites',
    about: 'the same with logical Workers of ours',
    command: 'node __test__/differential/run.mjs --vertical 1',
  },
  {
    name: 'upstream-vertical-remote',
    lane: 'suites',
    about: "mediasoup's own tests on a server whose Workers are logical",
    needs: WITH_SERVER,
    command:
      'node __test__/upstream/run.mjs ours --remote --realm single --vertical 1',
    count: JEST_TESTS,
  },
  {
    name: 'remote',
    about: 'programs with Workers on a server: links, sessions, limits',
    needs: WITH_SERVER,
    command: 'node --test --test-concurrency 1 __test__/remote/*.test.*',
    count: NODE_TESTS,
  },
  {
    name: 'security',
    about: 'what other users and clients may try, refused',
    needs: WITH_SERVER,
    command: 'node --test --test-concurrency 1 __test__/security/*.test.*',
    count: NODE_TESTS,
  },
  {
    name: 'chaos',
    about: 'cuts at random bytes under load, and a server that is killed',
    needs: WITH_SERVER,
    command: 'node --test __test__/chaos/*.test.*',
    count: NODE_TESTS,
  },
  {
    name: 'lifecycle',
    about: 'workers that are killed, hang or send invalid messages',
    command: 'node --test __test__/lifecycle/*.test.*',
    count: NODE_TESTS,
  },
  {
    name: 'packaging',
    about: 'the tarballs, installed into an empty folder, hold a meeting',
    command: 'node --test __test__/packaging/*.test.*',
    count: NODE_TESTS,
  },
  {
    name: 'release',
    about: 'a release, made and tried but not published',
    needs: WITH_SERVER,
    command:
      'node --test __test__/release/*.test.* && node scripts/release.mjs --dry-run',
    count: NODE_TESTS,
  },
  {
    name: 'browser',
    about:
      'Chromium pages see and hear each other, through cut links and restarts',
    needs: [...WITH_SERVER, 'browser'],
    // One after the other: what a busy machine holds up looks like a picture that stops.
    command: 'node --test --test-concurrency=1 __test__/browser/*.test.*',
    count: NODE_TESTS,
  },
];
