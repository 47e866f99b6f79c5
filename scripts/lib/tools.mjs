/**
 * Check for the programs that builds and tests need (Cargo, a C++ compiler, Chromium, ...). Scripts call
 * `requireTools()` with their names; it installs a missing one where that needs no permission, and otherwise
 * fails with the command to type.
 */

import { spawnSync } from 'node:child_process';
import process from 'node:process';

import { Failure, run } from './run.mjs';

/**
 * Commands of each tool (any of the `commands` will do), and the Debian
 * package that has it.
 */
const TOOLS = {
  cargo: { commands: [['cargo', '--version']] },
  'c++': { commands: [[process.env.CXX || 'c++', '--version']], apt: 'g++' },
  make: { commands: [['make', '--version']], apt: 'make' },
  // Debian's perl-base is a perl, but without the modules that OpenSSL's build uses.
  perl: { commands: [['perl', '-MIPC::Cmd', '-MFindBin', '-e1']], apt: 'perl' },
  python3: { commands: [['python3', '--version']], apt: 'python3' },
  pip: {
    commands: [['python3', '-m', 'pip', '--version']],
    apt: 'python3-pip',
  },
  chromium: {
    commands: [
      [process.env.CHROMIUM || 'chromium', '--version'],
      ['chromium-browser', '--version'],
      ['google-chrome', '--version'],
    ],
    apt: 'chromium',
  },
};

const RUSTUP =
  "curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y";

/** Sees to it that the tools of these names are there. */
export async function requireTools(...names) {
  let missing = names.filter((name) => !isThere(name));

  if (missing.length > 0 && canInstall(missing)) {
    await install(missing);
    missing = missing.filter((name) => !isThere(name));
  }
  if (missing.length > 0) {
    throw new Failure(
      [
        `Missing: ${missing.join(', ')}. To install:`,
        ...commandsFor(missing),
      ].join('\n  '),
    );
  }
}

function isThere(name) {
  return TOOLS[name].commands.some(
    ([command, ...args]) =>
      spawnSync(command, args, { stdio: 'ignore' }).status === 0,
  );
}

function canInstall(names) {
  return (
    process.getuid?.() === 0 &&
    names.some((name) => TOOLS[name].apt) &&
    spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status === 0
  );
}

async function install(names) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const packages = aptPackages(names);

  console.error(`installing ${packages.join(' ')}`);
  await run('apt-get', ['update', '-qq'], { env });
  await run('apt-get', ['install', '-qq', '-y', ...packages], { env });
}

function commandsFor(names) {
  const packages = aptPackages(names);

  return [
    ...(packages.length > 0
      ? [
          `sudo apt-get update && sudo apt-get install -y ${packages.join(' ')}   (Debian, Ubuntu)`,
        ]
      : []),
    ...(names.includes('cargo') ? [RUSTUP] : []),
  ];
}

function aptPackages(names) {
  return names.flatMap((name) => TOOLS[name].apt ?? []);
}
