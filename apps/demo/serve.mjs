// Serves the built page and prints its address: node apps/demo/serve.mjs [--port 4173] (after npm run build).
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { preview } from 'vite'

const root = fileURLToPath(new URL('.', import.meta.url))
if (!existsSync(new URL('dist/index.html', import.meta.url))) {
  console.error('The page is not built yet: npm run build')
  process.exit(1)
}
const at = process.argv.indexOf('--port')
const port = at < 0 ? 4173 : Number(process.argv[at + 1])
const server = await preview({ root, logLevel: 'error', preview: { port, strictPort: false } })
console.log(`Chiaro's demo: ${server.resolvedUrls.local[0]}  (Ctrl-C ends it)`)
