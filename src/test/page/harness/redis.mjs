// The system's Redis on a free port of the loopback, with nothing on a disk. Ended by its pid.
import { spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';

/** Whether there is one on this machine. On its way into the project, a change must not pass because there is none. */
export function hasRedis() {
  const here = spawnSync('redis-server', ['--version']).status === 0;
  if (!here && process.env.DROMEDARY_CI) throw new Error('redis-server is not on this machine');
  return here;
}

export class Redis {
  static async prepare() {
    const redis = new Redis();
    const server = createServer();
    await new Promise(done => server.listen(0, '127.0.0.1', done));
    redis.port = server.address().port;
    await new Promise(done => server.close(done));
    process.on('exit', () => redis.process?.kill('SIGKILL'));
    return redis;
  }

  begin() {
    this.process = spawn('redis-server', ['--port', this.port, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
      { cwd: tmpdir(), stdio: 'ignore' });
  }

  async kill() {
    const gone = new Promise(done => this.process.on('exit', done));
    this.process.kill('SIGKILL');
    await gone;
    this.process = null;
  }
}
