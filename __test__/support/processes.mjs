/**
 * Facts about processes from the operating system, for tests and benchmarks: children, open descriptors,
 * memory, and whether a process is alive.
 */
import fs from 'node:fs';

export function isAlive(pid) {
  try {
    process.kill(pid, 0);

    // A process that has ended and that nobody has waited for can still be sent signals.
    return !/^State:\s+Z/m.test(fs.readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** Number of open file descriptors of a process. */
export function openDescriptors(pid = 'self') {
  return fs.readdirSync(`/proc/${pid}/fd`).length;
}

/** Pids of the children of a process, dead ones that nobody has waited for included. */
export function childrenOf(pid = process.pid) {
  // Each thread has its own children.
  return fs.readdirSync(`/proc/${pid}/task`).flatMap((thread) => {
    try {
      return fs
        .readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8')
        .split(' ')
        .filter((child) => child !== '')
        .map(Number);
    } catch {
      // The thread has ended.
      return [];
    }
  });
}

/** Bytes of memory that a process has in use. */
export function residentBytes(pid) {
  const [, kibibytes] = /^VmRSS:\s+(\d+)/m.exec(
    fs.readFileSync(`/proc/${pid}/status`, 'utf8'),
  );

  return Number(kibibytes) * 1024;
}
