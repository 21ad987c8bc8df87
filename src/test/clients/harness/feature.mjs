// A test that is a cell of the table in docs/clients.md.
import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';

import { ROOT } from './gateway.mjs';

const FOLDER = join(ROOT, 'target/clients');

/** Tests that a client has a feature; both are a row's and a column's name. */
export function feature(client, name, check) {
  test(`${client}: ${name}`, { timeout: 90_000 }, async context => {
    await check(context);
    await mkdir(FOLDER, { recursive: true });
    await appendFile(join(FOLDER, 'passed.jsonl'), JSON.stringify({ client, feature: name }) + '\n');
  });
}

/** Waits until something holds. */
export async function until(holds, what) {
  for (let tries = 0; tries < 400; tries++) {
    if (holds()) return;
    await sleep(25);
  }
  throw new Error(`never: ${what}`);
}

/** Keeps what a client without a window printed. */
export async function transcript(name, command, output) {
  await mkdir(FOLDER, { recursive: true });
  await appendFile(join(FOLDER, 'transcripts.txt'), `== ${name}\n$ ${command}\n${output.slice(0, 20_000)}\n\n`);
}

/** All that an iterable gives. */
export async function all(iterable) {
  const given = [];
  for await (const one of iterable) given.push(one);
  return given;
}
