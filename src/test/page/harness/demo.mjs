// The packaged demo, with a copy of its files that a test may change, on ports that are free.
import { spawn } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
export const KEY = 'sk-local-dev-key';

async function freePort() {
  const server = createServer();
  await new Promise(done => server.listen(0, '127.0.0.1', done));
  const { port } = server.address();
  await new Promise(done => server.close(done));
  return port;
}

export class Demo {
  static async start({ properties = {} } = {}) {
    const demo = new Demo();
    demo.home = await mkdtemp(join(tmpdir(), 'dromedary-page-'));
    for (const name of ['application.properties', 'routes', 'demo']) {
      await cp(join(ROOT, 'target/dromedary', name), join(demo.home, name), { recursive: true });
    }
    [demo.port, demo.localPort, demo.cloudPort] = [await freePort(), await freePort(), await freePort()];
    demo.log = '';
    demo.process = spawn(join(ROOT, 'target/dromedary/bin/dromedary'),
      ['demo', '--port', demo.port, '--local-port', demo.localPort, '--cloud-port', demo.cloudPort], {
        cwd: demo.home,
        env: {
          PATH: process.env.PATH, LANG: 'C.UTF-8', HOME: demo.home, DROMEDARY_HOME: demo.home, ...properties,
          ...(process.env.JAVA_HOME && { JAVA_HOME: process.env.JAVA_HOME }),
        },
      });
    for (const out of [demo.process.stdout, demo.process.stderr]) out.on('data', data => { demo.log += data; });
    process.on('exit', () => demo.process.kill('SIGKILL'));
    while (!demo.log.includes('Try it:')) {
      if (demo.process.exitCode !== null) throw new Error(`the demo has ended: ${demo.log}`);
      await sleep(50);
    }
    return demo;
  }

  get url() { return `http://127.0.0.1:${this.port}`; }

  /** Takes the local upstream down, or brings it up. */
  async local(state) {
    const answer = await fetch(`http://127.0.0.1:${this.cloudPort}/demo/local/${state}`, { method: 'POST' });
    if (!answer.ok) throw new Error(`the switch says ${answer.status}`);
  }

  /** Asks for a chat completion; returns its answer, read to its end. */
  async chat(body = {}, headers = {}) {
    const answer = await fetch(`${this.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ model: 'qwen3.5-local', messages: [{ role: 'user', content: 'hello' }], ...body }),
    });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  }

  async close() {
    const gone = new Promise(done => this.process.on('exit', done));
    this.process.kill('SIGKILL');
    await gone;
    await rm(this.home, { recursive: true, force: true, maxRetries: 5 });
  }
}
