// Loaded before each file of tests: a client that connects to another host than this machine is a failure.
import { Socket } from 'node:net';

const connect = Socket.prototype.connect;

Socket.prototype.connect = function (...given) {
  const [options] = Array.isArray(given[0]) ? given[0] : given;
  const host = options?.host ?? (typeof given[1] === 'string' ? given[1] : undefined);
  if (host !== undefined && !['127.0.0.1', 'localhost', '::1'].includes(host)) {
    console.error(`a client wants to connect to ${host}`);
    process.exit(1);
  }
  return connect.apply(this, given);
};
