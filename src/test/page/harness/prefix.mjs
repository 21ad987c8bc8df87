// A proxy that serves the gateway below a path, and takes that path off.
import { createServer, request } from 'node:http';

/** Serves `port` below `prefix`. */
export async function below(prefix, port) {
  const server = createServer((asked, answer) => {
    if (!asked.url.startsWith(`${prefix}/`)) return answer.writeHead(404).end();
    const onward = request({
      host: '127.0.0.1', port, method: asked.method, path: asked.url.slice(prefix.length), headers: asked.headers,
    }, come => {
      answer.writeHead(come.statusCode, come.headers);
      come.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    answer.on('close', () => onward.destroy());
    asked.pipe(onward);
  });
  await new Promise(done => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${server.address().port}${prefix}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
