import { createServer } from 'node:net'
import { join } from 'node:path'
import { runServer } from 'verdaccio'

/** A port of loopback that nobody listens on. */
function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })
}

/**
 * Starts a registry on loopback that takes our packages from anyone who asks, and all others from another registry.
 *
 * @param folder where it keeps what is published
 * @param upstream the registry that npm is set up with
 * @returns `{ url, close }`
 */
export async function startRegistry(folder, upstream) {
  const ours = { access: '$all', publish: '$all', unpublish: '$all' }
  const port = await freePort()
  const server = await runServer({
    // Verdaccio looks for its plugins beside the file of its settings.
    configPath: join(folder, 'config.yaml'),
    self_path: join(folder, 'config.yaml'),
    storage: join(folder, 'storage'),
    uplinks: { upstream: { url: upstream, timeout: '60s', max_fails: 10, cache: true } },
    packages: { '@chiaro/*': ours, chiaro: ours, '**': { access: '$all', proxy: 'upstream' } },
    auth: { htpasswd: { file: join(folder, 'users') } },
    web: { enable: false },
    max_body_size: '100mb',
    log: { type: 'stdout', format: 'pretty', level: 'fatal' },
  })
  await new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () => new Promise(resolve => server.close(resolve)),
  }
}
