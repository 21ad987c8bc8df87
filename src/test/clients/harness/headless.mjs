// Runs a client that is a program of its own, and keeps what it prints.
import { spawn } from 'node:child_process';
import { basename } from 'node:path';

import { transcript } from './feature.mjs';
import { environment } from './gateway.mjs';

const MOST = 60_000;
const PROGRAMS = { 'cli-wrapper.cjs': 'claude', 'codex.js': 'codex' };

/**
 * Runs a script of Node's to its end, in `cwd`, with nothing of this machine's environment but the path. It is interrupted, as by
 * Ctrl-C, once the promise that `leave` makes is kept.
 *
 * @returns its exit status and what it printed, `shown` as the transcript has it
 */
export async function run(name, script, given, { cwd, proxy, env, line = text => text, leave }) {
  const child = spawn(process.execPath, [script, ...given],
    { cwd, env: environment(proxy, env), stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let out = '';
  let err = '';
  child.stdout.on('data', data => { out += data; });
  child.stderr.on('data', data => { err += data; });
  const stop = signal => process.kill(-child.pid, signal); // it starts programs of its own
  const late = setTimeout(() => stop('SIGKILL'), MOST);
  leave?.().then(() => stop('SIGINT'));
  const code = await new Promise((done, failed) => child.on('close', done).on('error', failed));
  clearTimeout(late);
  const shown = `${out.split('\n').map(line).filter(Boolean).join('\n')}\n${err}`.trim();
  const words = given.map(word => (/^[\w./=:-]+$/.test(word) ? word : `'${word}'`)).join(' ');
  await transcript(name, `${PROGRAMS[basename(script)]} ${words}`, `${shown}\n(exit status ${code})`);
  return { code, out, err, shown };
}
